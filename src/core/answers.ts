import { Ajv, type ErrorObject } from 'ajv';
import { BooError, messageOf } from '../util/errors.ts';

/** Faults of one answer that are told; the rest follow from them more often than not. */
const MAX_FAULTS = 5;

/** What an agent's text gave: the value that was asked for, or what is wrong with it in a sentence. */
export type Reading = { value: unknown } | { wrong: string };

/** How an answer that must fit a JSON Schema is asked for, read, and asked for again. */
export interface AnswerForm {
  ask(prompt: string): string;
  read(text: string): Reading;
  again(wrong: string): string;
}

/** Throws `usage` where the schema itself cannot be used. */
export function answerForm(schema: Readonly<Record<string, unknown>>): AnswerForm {
  const check = compile(schema);
  const shape = JSON.stringify(schema);
  return {
    ask: (prompt) =>
      `${prompt}\n\nYour last message must be JSON and nothing else, fitting this JSON Schema:\n${shape}`,
    read(text) {
      const found = jsonIn(text);
      if (!found) return { wrong: 'it is no JSON' };
      if (check(found.value)) return found;
      return { wrong: faultsIn(check.errors ?? []) };
    },
    again: (wrong) =>
      `That answer cannot be used: ${wrong}.\nGive it again as JSON and nothing else, fitting this JSON Schema:\n${shape}`,
  };
}

function compile(schema: Readonly<Record<string, unknown>>) {
  try {
    return new Ajv({ allErrors: true, strict: false, validateFormats: false }).compile(structuredClone(schema));
  } catch (error) {
    throw new BooError('usage', `the schema of the answer cannot be used: ${messageOf(error)}`);
  }
}

const faultsIn = (errors: readonly ErrorObject[]): string =>
  errors
    .slice(0, MAX_FAULTS)
    .map(({ instancePath, message, params }) => {
      const { additionalProperty } = params as { additionalProperty?: string };
      const more = additionalProperty === undefined ? '' : ` (${additionalProperty})`;
      return `${instancePath === '' ? 'the whole' : instancePath.slice(1)} ${message ?? 'is wrong'}${more}`;
    })
    .join('; ');

/** The JSON of a text: all of it, its last fenced block, or from its first bracket to its last. */
function jsonIn(text: string): { value: unknown } | null {
  const fenced = [...text.matchAll(/```[a-z]*\n(.*?)```/gs)].at(-1)?.[1];
  const from = text.search(/[[{]/);
  const to = Math.max(text.lastIndexOf('}'), text.lastIndexOf(']'));
  for (const part of [text, fenced, from === -1 ? undefined : text.slice(from, to + 1)]) {
    if (part === undefined) continue;
    try {
      return { value: JSON.parse(part) };
    } catch {
      // The next way of reading it.
    }
  }
  return null;
}
