import { createKeymap, type Keymap } from '../../core/commands/keymap.ts';
import { commands } from '../../core/commands/table.ts';
import type { ResolvedConfig } from '../../schema/config.ts';
import type { Cockpit } from '../store/model.ts';

const plain = createKeymap(commands);
const known = new WeakMap<ResolvedConfig['keys'], Keymap>();

/** The keys as configured; the table's own until the config is known. */
export function keymapOf({ data }: Pick<Cockpit, 'data'>): Keymap {
  const keys = data.config?.keys;
  if (!keys) return plain;
  let keymap = known.get(keys);
  if (!keymap) known.set(keys, (keymap = createKeymap(commands, keys)));
  return keymap;
}
