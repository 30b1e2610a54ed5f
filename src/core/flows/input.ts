import { Ajv } from 'ajv';
import type { Flow } from '../../schema/flow.ts';
import { ScriptArg } from '../../schema/script.ts';
import { messageOf } from '../../util/errors.ts';

/** One property of the input that is wrong, or the whole of it (empty). */
export interface InputFault {
  name: string;
  message: string;
}

const ajv = () =>
  new Ajv({ allErrors: true, useDefaults: true, coerceTypes: true, strict: false, validateFormats: false });

/** Why a JSON Schema cannot be used, in one sentence; null: it can. */
export function schemaFault(schema: Readonly<Record<string, unknown>>): string | null {
  try {
    ajv().compile(structuredClone(schema));
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

/** Input of a flow as its schema has it (defaults filled in, `"3"` as 3 where a number is wanted), or all that is wrong with it. */
export function inputOf(
  { input: schema }: Pick<Flow, 'input'>,
  given: Readonly<Record<string, unknown>>,
): { input: Record<string, unknown>; faults: [] } | { input: null; faults: InputFault[] } {
  const input = structuredClone(given) as Record<string, unknown>;
  if (!schema) return { input, faults: [] };
  const check = ajv().compile(structuredClone(schema));
  if (check(input)) return { input, faults: [] };
  const faults = (check.errors ?? []).map(({ instancePath, message, params }) => {
    const missing = (params as { missingProperty?: string; additionalProperty?: string }) ?? {};
    const name = missing.missingProperty ?? missing.additionalProperty ?? instancePath.slice(1).replaceAll('/', '.');
    if (missing.missingProperty !== undefined) return { name, message: 'it is required' };
    if (missing.additionalProperty !== undefined) return { name, message: 'there is no such input' };
    return { name, message: message ?? 'it is wrong' };
  });
  return { input: null, faults };
}

/** The properties of a flow's input that a form and `--arg` can take, as a script's `meta.args` says them. */
export function argsOf({ input: schema }: Pick<Flow, 'input'>): Record<string, ReturnType<typeof ScriptArg.parse>> {
  const properties = objectOf(schema?.properties);
  const required = Array.isArray(schema?.required) ? schema.required : [];
  const rows = Object.entries(properties).flatMap(([name, given]) => {
    const { type, description, default: preset, enum: choices } = objectOf(given);
    const known = {
      type: type === 'integer' ? 'number' : ['string', 'number', 'boolean'].includes(type as string) ? type : 'string',
      ...(typeof description === 'string' && { description }),
      ...(required.includes(name) && { required: true }),
      ...(['string', 'number', 'boolean'].includes(typeof preset) && { default: preset }),
      ...(Array.isArray(choices) && { choices: choices.map(String) }),
    };
    const arg = ScriptArg.safeParse(known);
    return arg.success ? [[name, arg.data] as const] : [];
  });
  return Object.fromEntries(rows);
}

const objectOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
