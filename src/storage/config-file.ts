import { readFileSync, statSync } from 'node:fs';
import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import type { z } from 'zod';
import { Config, type ConfigProblem } from '../schema/config.ts';
import { errnoOf } from '../util/errors.ts';
import { reasonOf } from '../util/reason.ts';

/** A config is written by hand; what is larger than this (bytes) is another file under its name. */
const MAX_BYTES = 1_000_000;

export interface ConfigFile {
  /** False when there is no such file. */
  present: boolean;
  /** The bytes as read, whatever is in them. */
  content: Buffer;
  /** Empty when the file has problems: a half-understood config is not used. */
  config: Config;
  problems: ConfigProblem[];
}

type Path = readonly PropertyKey[];

/** Line and column, from 1; a column is a UTF-16 unit, as editors count. */
function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split(/\r\n|\n|\r/);
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

/** Edits that turn one name into the other (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}

/** The known name that was probably meant, if one is near. */
export function nearest(name: string, known: string[]): string | undefined {
  const rated = known.map((one) => ({ one, far: distance(name.toLowerCase(), one.toLowerCase()) }));
  const best = rated.sort((a, b) => a.far - b.far)[0];
  return best && best.far <= Math.max(2, Math.floor(name.length / 3)) ? best.one : undefined;
}

/** The keys that the schema knows at a path. */
function keysAt(schema: z.core.$ZodType, path: Path): string[] {
  const { def } = schema._zod as unknown as {
    def: {
      innerType?: z.core.$ZodType;
      shape?: Record<string, z.core.$ZodType>;
      valueType?: z.core.$ZodType;
      element?: z.core.$ZodType;
    };
  };
  if (def.innerType) return keysAt(def.innerType, path);
  const [first, ...rest] = path;
  if (first === undefined) return Object.keys(def.shape ?? {});
  const inner = def.shape?.[String(first)] ?? def.valueType ?? def.element;
  return inner ? keysAt(inner, rest) : [];
}

const nodeAt = (tree: Node | undefined, path: Path) =>
  tree &&
  findNodeAtLocation(
    tree,
    path.map((part) => (typeof part === 'symbol' ? String(part) : part)),
  );

/** Where the key itself stands, not its value. */
const keyOffset = (tree: Node | undefined, path: Path) => nodeAt(tree, path)?.parent?.children?.[0]?.offset;

/** Where a problem stands; a missing key is placed at the nearest thing around it that exists. */
function offsetAt(tree: Node | undefined, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const node = nodeAt(tree, path.slice(0, length));
    if (node) return node.offset;
  }
  return tree?.offset ?? 0;
}

function schemaProblems(file: string, text: string, tree: Node, issues: z.core.$ZodIssue[]): ConfigProblem[] {
  return issues.flatMap((issue): ConfigProblem[] => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => {
        const path = [...issue.path, key];
        const known = keysAt(Config, issue.path);
        const meant = nearest(key, known);
        return {
          file,
          ...placeOf(text, keyOffset(tree, path) ?? offsetAt(tree, issue.path)),
          path: path.join('.'),
          message: `unknown key "${key}"`,
          hint: meant ? `Did you mean "${meant}"?` : `Known here: ${known.join(', ')}.`,
        };
      });
    }
    const path = issue.path.map(String).join('.');
    const nested = issue.code === 'invalid_key' ? issue.issues.map((one) => one.message).join('; ') : '';
    const offset = issue.code === 'invalid_key' ? keyOffset(tree, issue.path) : undefined;
    return [
      {
        file,
        ...placeOf(text, offset ?? offsetAt(tree, issue.path)),
        path,
        message: nested ? `the name is not allowed: ${nested}` : issue.message,
        hint: path ? `Change or remove ${path}.` : 'The file must hold one JSON object.',
      },
    ];
  });
}

/** Keys written twice: JSON would silently take the last. */
function doubleKeys(file: string, text: string, node: Node, path: string[] = []): ConfigProblem[] {
  if (node.type !== 'object') return [];
  const seen = new Set<string>();
  return (node.children ?? []).flatMap((property) => {
    const [key, value] = property.children ?? [];
    if (!key) return [];
    const name = String(key.value);
    const here = [...path, name];
    const inner = value ? doubleKeys(file, text, value, here) : [];
    if (!seen.has(name)) {
      seen.add(name);
      return inner;
    }
    const place = placeOf(text, key.offset);
    const hint = 'Keep one of the two.';
    return [{ file, ...place, path: here.join('.'), message: `"${name}" stands here twice`, hint }, ...inner];
  });
}

/** "CommaExpected" ▶ "comma expected". */
const sentence = (error: ParseError) =>
  printParseErrorCode(error.error)
    .replace(/(?<=[a-z])([A-Z])/g, ' $1')
    .toLowerCase();

function parse(file: string, text: string): { config: Config; problems: ConfigProblem[] } {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true, allowEmptyContent: true });
  if (errors.length > 0) {
    const hint = 'The file must be JSON; comments and trailing commas are allowed.';
    const problems = errors.map((error) => ({
      file,
      ...placeOf(text, error.offset),
      path: '',
      message: `this is not JSON: ${sentence(error)}`,
      hint,
    }));
    return { config: {}, problems };
  }
  // An empty file, or one of comments alone, says nothing.
  if (!tree) return { config: {}, problems: [] };
  const double = doubleKeys(file, text, tree);
  const parsed = Config.safeParse(getNodeValue(tree));
  if (parsed.success) return { config: double.length > 0 ? {} : parsed.data, problems: double };
  return { config: {}, problems: [...double, ...schemaProblems(file, text, tree, parsed.error.issues)] };
}

/** Where something stands in a config file, by its path in there; at the nearest thing around it when it is not there. */
export function placeIn(content: Buffer, path: Path): { line: number; column: number } {
  const text = content.toString('utf8');
  const tree = parseTree(text, [], { allowTrailingComma: true, allowEmptyContent: true });
  return placeOf(text, offsetAt(tree, path));
}

/** Reads one config file. Whatever is wrong with it becomes a problem, nothing is thrown. */
export function readConfigFile(file: string): ConfigFile {
  const bad = (message: string, hint: string): ConfigFile => ({
    present: true,
    content: Buffer.alloc(0),
    config: {},
    problems: [{ file, line: null, column: null, path: '', message, hint }],
  });
  let content: Buffer;
  try {
    const stat = statSync(file);
    if (stat.isDirectory()) return bad('it is a folder', 'Put a file in its place, or remove it.');
    // Not even opened: reading a pipe would wait for ever.
    if (!stat.isFile()) return bad('it is no regular file', 'Put a file in its place, or remove it.');
    if (stat.size > MAX_BYTES) return bad('it is larger than 1 MB', 'Put a config file in its place.');
    content = readFileSync(file);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') {
      return { present: false, content: Buffer.alloc(0), config: {}, problems: [] };
    }
    return bad(`it cannot be read: ${reasonOf(error)}`, 'Give yourself the right to read it.');
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return { ...bad('it is not UTF-8 text', 'Save it as UTF-8.'), content };
  }
  const { config, problems } = parse(file, text);
  const inOrder = problems.sort((a, b) => a.line! - b.line! || a.column! - b.column!);
  return { present: true, content, config, problems: inOrder };
}
