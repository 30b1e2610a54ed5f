import type { ScriptArg, ScriptMeta } from '../../schema/script.ts';
import type { InputFault } from '../flows/input.ts';

type Arg = ReturnType<typeof ScriptArg.parse>;

/**
 * Arguments of a script as its `meta.args` says them: defaults filled in, `"3"` as 3 where a number is wanted; or all that is wrong with
 * them. A script that describes none takes whatever it is given.
 */
export function argsFor(
  { args: known }: Pick<ScriptMeta, 'args'>,
  given: Readonly<Record<string, unknown>>,
): { args: Record<string, unknown>; faults: [] } | { args: null; faults: InputFault[] } {
  if (!known) return { args: { ...given }, faults: [] };
  const faults: InputFault[] = [];
  const args: Record<string, unknown> = {};
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(known, name)) faults.push({ name, message: 'there is no such argument' });
  }
  for (const [name, arg] of Object.entries(known)) {
    const value = Object.hasOwn(given, name) ? given[name] : arg.default;
    if (value === undefined) {
      if (arg.required) faults.push({ name, message: 'it is required' });
      continue;
    }
    const read = readValue(arg, value);
    if (read === undefined) faults.push({ name, message: wantOf(arg) });
    else args[name] = read;
  }
  return faults.length > 0 ? { args: null, faults } : { args, faults: [] };
}

const wantOf = ({ type, choices }: Arg): string =>
  choices
    ? `it is one of: ${choices.join(', ')}`
    : { string: 'it is a text', number: 'it is a number', boolean: 'it is true or false' }[type];

/** Undefined: it is none of this kind. */
function readValue({ type, choices }: Arg, value: unknown): string | number | boolean | undefined {
  if (choices && !choices.includes(String(value))) return undefined;
  if (type === 'string')
    return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
  if (type === 'boolean') {
    if (value === 'true' || value === 'false') return value === 'true';
    return typeof value === 'boolean' ? value : undefined;
  }
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}
