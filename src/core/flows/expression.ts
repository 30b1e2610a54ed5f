import { Environment, EvaluationError, type ParseResult } from '@marcbachmann/cel-js';
import { messageOf } from '../../util/errors.ts';

/** What expressions and templates see. `steps`: by id, those that the text reads. */
export interface Scope {
  input: Readonly<Record<string, unknown>>;
  steps: Readonly<Record<string, StepResult>>;
  /** In a batch. */
  item?: unknown;
  index?: number;
}

/** A step as expressions and templates see it. `output`: null while there is none. */
export interface StepResult {
  status: string;
  output: unknown;
  error: string | null;
}

/** An expression (CEL, the Common Expression Language) that was understood. */
export interface Expression {
  /** Ids of the steps that it reads. */
  reads: readonly string[];
  /** Its value as JSON has it. Throws Error in one sentence. */
  value(scope: Scope): unknown;
  /** Does it hold? Throws Error for anything but true and false. */
  holds(scope: Scope): boolean;
}

/** Bounds of one expression: more is no guard but a program. */
const LIMITS = { maxAstNodes: 1000, maxDepth: 50, maxListElements: 200, maxMapEntries: 100, maxCallArguments: 16 };

type Sum = (a: number, b: number) => number;
/** JSON knows one kind of number: what comes from it is a double, what is written in an expression an int. */
const MIXED: Readonly<Record<string, Sum>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
};

const environment = (() => {
  const made = new Environment({ homogeneousAggregateLiterals: false, enableOptionalTypes: true, limits: LIMITS });
  for (const name of ['input', 'steps', 'item', 'index']) made.registerVariable(name, 'dyn');
  for (const [operator, sum] of Object.entries(MIXED)) {
    const mixed = (a: number | bigint, b: number | bigint) => sum(Number(a), Number(b));
    made.registerOperator(`double ${operator} int`, mixed);
    made.registerOperator(`int ${operator} double`, mixed);
  }
  made.registerOperator('double % double', (a: number, b: number) => a % b);
  return made;
})();

/** Understands an expression; throws Error in one sentence. `batch`: `item` and `index` are there. */
export function expressionOf(text: string, { batch = false } = {}): Expression {
  let parsed: ParseResult;
  try {
    parsed = environment.parse(text);
  } catch (error) {
    throw new Error(whatOf(error), { cause: error });
  }
  const checked = parsed.check();
  if (!checked.valid) throw new Error(whatOf(checked.error), { cause: checked.error });
  const reads = new Set<string>();
  walk(parsed.ast, reads, batch);
  const value = (scope: Scope) => {
    try {
      return plain(parsed({ item: null, index: null, ...scope }));
    } catch (error) {
      throw new Error(`${text}: ${whatOf(error)}`, { cause: error });
    }
  };
  return {
    reads: [...reads],
    value,
    holds(scope) {
      const found = value(scope);
      if (typeof found === 'boolean') return found;
      throw new Error(`${text}: it gives ${describe(found)} and not true or false`);
    },
  };
}

const describe = (value: unknown) =>
  value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'a map' : `a ${typeof value}`;

function whatOf(error: unknown): string {
  const { summary, range } = error as { summary?: string; range?: { start: number } };
  const what = summary ?? messageOf(error);
  const place = range && !(error instanceof EvaluationError) ? `, at character ${range.start + 1}` : '';
  return `${what.charAt(0).toLowerCase()}${what.slice(1)}${place}`;
}

interface Ast {
  op: string;
  args: unknown;
}

const isAst = (value: unknown): value is Ast => typeof value === 'object' && value !== null && 'op' in value;

/** Steps are named where they are read, so that it is known before the start which ones that are. */
function walk(node: Ast, reads: Set<string>, batch: boolean): void {
  const id = stepOf(node);
  if (id !== null) {
    reads.add(id);
    return;
  }
  if (node.op === 'id' && node.args === 'steps') throw new Error('a step is named where it is read: steps.ID');
  if (node.op === 'id' && !batch && (node.args === 'item' || node.args === 'index')) {
    throw new Error(`${String(node.args)} is there in a batch alone`);
  }
  for (const part of partsOf(node.args)) walk(part, reads, batch);
}

const partsOf = (args: unknown): Ast[] => (isAst(args) ? [args] : Array.isArray(args) ? args.flatMap(partsOf) : []);

/** The id in `steps.ID` and `steps["ID"]`. */
function stepOf({ op, args }: Ast): string | null {
  if (!['.', '.?', '[]', '[?]'].includes(op) || !Array.isArray(args)) return null;
  const [from, key] = args as [unknown, unknown];
  if (!isAst(from) || from.op !== 'id' || from.args !== 'steps') return null;
  if (typeof key === 'string') return key;
  return isAst(key) && key.op === 'value' && typeof key.args === 'string' ? key.args : null;
}

/** A value of the language as JSON has it. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, one]) => [String(key), plain(one)]));
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw new Error('it gives a value that JSON does not have');
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
}
