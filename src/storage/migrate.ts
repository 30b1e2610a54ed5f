import { STATE_VERSION } from '../schema/state.ts';
import { BooError } from '../util/errors.ts';

type Raw = Record<string, unknown>;

/** Version ▶ what turns a file of that version into one of the next. Empty as long as version 1 is the newest. */
export const MIGRATIONS: Record<number, (file: Raw) => Raw> = {};

/**
 * Brings a state file of any earlier version to `target`, one step after the other.
 * A version from the future is refused (BooError `failed`): the file belongs to a newer BooCode.
 */
export function migrate(file: Raw, path: string, steps = MIGRATIONS, target: number = STATE_VERSION): Raw {
  let present = file;
  let version = Number(present.version);
  if (version > target) {
    throw new BooError(
      'failed',
      `${path} has version ${version}, and this BooCode knows up to ${target}`,
      'Upgrade BooCode; the file was left as it is.',
    );
  }
  while (version < target) {
    const step = steps[version];
    if (!step) throw new Error(`there is no migration from state version ${version}`);
    present = { ...step(present), version: version + 1 };
    version += 1;
  }
  return present;
}
