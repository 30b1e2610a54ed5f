import { Liquid } from 'liquidjs';
import { messageOf } from '../../util/errors.ts';
import type { Scope } from './expression.ts';
import { shellWith } from './shell-values.ts';

/** A Liquid template that was understood. */
export interface Template {
  /** Ids of the steps that it reads. */
  reads: readonly string[];
  /** Throws Error in one sentence: a variable that is not there, a bound that was reached. */
  text(scope: Scope): string;
}

/** Bounds of one template: characters that are read, milliseconds and units of memory of one rendering. */
const LIMITS = { parseLimit: 200_000, renderLimit: 2_000, memoryLimit: 50_000_000 };

/** Nothing is read from anywhere: there is no file system, and no tag that would ask for it. */
function engine(print: (value: unknown) => string): Liquid {
  const made = new Liquid({
    ...LIMITS,
    templates: {},
    dynamicPartials: false,
    ownPropertyOnly: true,
    strictFilters: true,
    strictVariables: true,
    lenientIf: true,
    outputEscape: print,
  });
  for (const tag of ['include', 'render', 'layout', 'block']) delete made.tags[tag];
  return made;
}

/** A value within a text: what is no text of its own stands there as JSON. */
export const inText = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

const plain = engine(inText);

/** A template of a prompt or question; throws Error in one sentence. */
export function templateOf(source: string, { batch = false } = {}): Template {
  const { reads, render } = understood(plain, source, batch);
  return { reads, text: render };
}

/** A template of a command for the shell: a value is one word of it (or a part of one), whatever is in it. */
export function commandOf(source: string, { batch = false } = {}): Template {
  if (source.includes('\0')) throw new Error('it has a NUL character');
  // What stands where no value can is said before the start.
  shellWith(source.replaceAll(/\{\{.*?\}\}/gs, '\0' + '1\0'), ['']);
  let values: string[] = [];
  const { reads, render } = understood(
    engine((value) => `\0${values.push(inText(value))}\0`),
    source,
    batch,
  );
  return {
    reads,
    text(scope) {
      values = [];
      return shellWith(render(scope), values);
    },
  };
}

function understood(liquid: Liquid, source: string, batch: boolean) {
  const sentence = (error: unknown) =>
    new Error(messageOf(error).replace(/, line:(\d+), col:(\d+)$/, ' (line $1, column $2)'), { cause: error });
  try {
    const parsed = liquid.parse(source);
    const reads = new Set<string>();
    for (const [name, id] of liquid.globalVariableSegmentsSync(parsed)) look(name, id, reads, batch);
    const render = (scope: Scope): string => {
      try {
        return liquid.renderSync(parsed, scope);
      } catch (error) {
        throw sentence(error);
      }
    };
    return { reads: [...reads], render };
  } catch (error) {
    throw sentence(error);
  }
}

function look(name: unknown, id: unknown, reads: Set<string>, batch: boolean): void {
  const known = ['input', 'steps', ...(batch ? ['item', 'index'] : [])];
  if (typeof name !== 'string' || !known.includes(name)) {
    throw new Error(`there is no ${inText(name)} here; there are: ${known.join(', ')}`);
  }
  if (name !== 'steps') return;
  if (typeof id !== 'string') throw new Error('a step is named where it is read: steps.ID');
  reads.add(id);
}
