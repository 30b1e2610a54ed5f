import { type Alias, type Document, isMap, isNode, LineCounter, type Node, parseDocument, visit } from 'yaml';

import { Flow } from '../../schema/flow.ts';
import { checkFlow } from './check.ts';
import { checkContents } from './contents.ts';

/** One thing wrong with a flow's file; `line` and `column` count from 1. `path` leads to it: `steps[3].deps[0]`; empty: the whole. */
export interface FlowFault {
  path: string;
  message: string;
  line: number;
  column: number;
}

/** What is wrong with a flow: all of it in `faults`, the first in the message. */
export class FlowError extends Error {
  readonly faults: readonly FlowFault[];
  readonly line: number;
  readonly column: number;
  constructor(faults: readonly FlowFault[]) {
    const [first] = faults;
    super(first ? textOf(first) : 'it is no flow');
    this.faults = faults;
    this.line = first?.line ?? 1;
    this.column = first?.column ?? 1;
  }
}

const textOf = ({ path, message }: FlowFault) => (path === '' ? message : `${path}: ${message}`);

/** Copies that a file's aliases may stand for, in all: a few lines of them can stand for billions. */
const MAX_ALIASES = 100;

/** The first alias that stands for nothing; null: each stands for something. */
function aliasFault(document: Document, counter: LineCounter): FlowFault | null {
  const anchors = new Set<string>();
  let wrong: Alias | undefined;
  visit(document, {
    Node(_key, node) {
      if ('anchor' in node && node.anchor) anchors.add(node.anchor);
    },
    Alias(_key, alias) {
      if (anchors.has(alias.source)) return;
      wrong = alias;
      return visit.BREAK;
    },
  });
  if (!wrong) return null;
  const message = `there is no anchor &${wrong.source} before it; a text that begins with * stands in quotes`;
  return { path: '', message, ...placeAt(counter, wrong.range?.[0] ?? 0) };
}

/** Reads a flow (YAML, of which JSON is a part) and checks all of it without running anything. Throws FlowError. */
export function readFlow(source: string): Flow {
  const counter = new LineCounter();
  const document = parseDocument(source, {
    lineCounter: counter,
    schema: 'core',
    stringKeys: true,
    prettyErrors: false,
  });
  if (document.errors.length > 0) {
    throw new FlowError(
      document.errors.map(({ code, message, pos }) => ({
        path: '',
        message: code === 'MULTIPLE_DOCS' ? 'a second document begins here: a file holds one flow' : message,
        ...placeAt(counter, pos[0]),
      })),
    );
  }
  const fault = (path: readonly PropertyKey[], message: string, key?: string): FlowFault => {
    const at = nodeAt(document.contents as Node | null, path, key)?.range?.[0] ?? 0;
    return { path: pathText(path), message, ...placeAt(counter, at) };
  };
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch {
    const many = `its aliases stand for more than ${MAX_ALIASES} copies`;
    throw new FlowError([aliasFault(document, counter) ?? fault([], many)]);
  }
  const checked = Flow.safeParse(value);
  if (!checked.success) throw new FlowError(checked.error.issues.map((issue) => faultOf(issue, fault)));
  const graph = checkFlow(checked.data);
  // Contents are checked against the graph, which must be whole for that.
  const problems = graph.length > 0 ? graph : checkContents(checked.data);
  if (problems.length > 0) throw new FlowError(problems.map(({ path, message }) => fault(wordsOf(path), message)));
  return checked.data;
}

function placeAt(counter: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = counter.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

/** What stands at a path, or as far along it as there is something; with `key`, that key itself. */
function nodeAt(root: Node | null, path: readonly PropertyKey[], key: string | undefined): Node | null {
  let node = root;
  for (const word of path) {
    const next = (node as { get?(key: unknown, keep: true): unknown } | null)?.get?.(word, true);
    if (!isNode(next)) break;
    node = next;
  }
  const pair = key !== undefined && isMap(node) ? node.items.find((one) => String(one.key) === key) : undefined;
  return isNode(pair?.key) ? pair.key : node;
}

type Issue = NonNullable<ReturnType<typeof Flow.safeParse>['error']>['issues'][number];

function faultOf(issue: Issue, fault: (path: readonly PropertyKey[], message: string, key?: string) => FlowFault) {
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.map((key) => JSON.stringify(key)).join(', ');
    return fault(issue.path, `there is no ${names} here`, issue.keys[0]);
  }
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined) {
    const known = issue.path.includes('do') ? 'agent, code' : 'agent, code, approval, switch, batch';
    return fault(issue.path, `its kind is one of: ${known}`);
  }
  const lower = issue.message.charAt(0).toLowerCase() + issue.message.slice(1);
  return fault(issue.path, lower.replace('invalid input: ', ''));
}

const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, word) => {
    if (typeof word === 'number') return `${text}[${word}]`;
    return text === '' ? String(word) : `${text}.${String(word)}`;
  }, '');

/** `steps[3].deps[0]` ▶ its words. */
const wordsOf = (path: string): PropertyKey[] =>
  [...path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, name]) => (index === undefined ? name! : Number(index)));
