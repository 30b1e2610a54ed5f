import {
  type ExportDefaultDeclaration,
  type Expression,
  type Node,
  type ObjectExpression,
  type Program,
  parse,
} from 'acorn';
import { ScriptMeta } from '../../schema/script.ts';
import { messageOf } from '../../util/errors.ts';

/** What is wrong with a script; `line` and `column` count from 1. */
export class ScriptError extends Error {
  readonly line: number;
  readonly column: number;
  constructor(message: string, at: { line: number; column: number } | null | undefined) {
    super(message);
    this.line = at?.line ?? 1;
    this.column = (at?.column ?? 0) + 1;
  }
}

/** A workflow script that was read and not run. */
export interface Script {
  meta: ScriptMeta;
  /** An ES module whose default export is `main`, with the lines of the file where they were. */
  module: string;
}

/**
 * Reads a script: its `meta`, which must be written out (literals, arrays, objects), and that it has a `main`. Both forms are taken:
 * `export const meta` with `export default`, and `module.exports = { meta, main }` (or a function with a `meta`). Throws ScriptError.
 */
export function readScript(source: string): Script {
  const program = parseModule(source);
  for (const node of program.body) {
    if (node.type === 'ImportDeclaration') throw at(node, 'a script can import nothing: all it may use is in scope');
  }
  const main = program.body.find((node): node is ExportDefaultDeclaration => node.type === 'ExportDefaultDeclaration');
  const exports = commonExports(program);
  if (main && exports) throw at(exports.node, 'it has both export default and module.exports: leave one of them out');
  if (exports) return commonScript(source, exports);
  if (!main) throw new ScriptError('it exports no main: export default async function main(args) { … }', null);
  return { meta: checkMeta(exportedMeta(program), main), module: source };
}

function parseModule(source: string): Program {
  try {
    return parse(source, { ecmaVersion: 2023, sourceType: 'module', locations: true });
  } catch (error) {
    const { loc } = error as { loc?: { line: number; column: number } };
    throw new ScriptError(messageOf(error).replace(/ \(\d+:\d+\)$/, ''), loc);
  }
}

const at = (node: Node, message: string) => new ScriptError(message, node.loc?.start);

/** The value of `export const meta = …`. */
function exportedMeta(program: Program): Expression | null {
  for (const node of program.body) {
    if (node.type !== 'ExportNamedDeclaration' || node.declaration?.type !== 'VariableDeclaration') continue;
    for (const { id, init } of node.declaration.declarations) {
      if (id.type === 'Identifier' && id.name === 'meta') return init ?? null;
    }
  }
  return null;
}

interface Common {
  node: Node;
  value: Expression;
  /** `module.exports.meta = …`. */
  meta: Expression | null;
}

function commonExports(program: Program): Common | null {
  let found: Common | null = null;
  let meta: Expression | null = null;
  for (const node of program.body) {
    if (node.type !== 'ExpressionStatement' || node.expression.type !== 'AssignmentExpression') continue;
    const { left, right } = node.expression;
    const path = pathOf(left);
    if (path === 'module.exports') found = { node, value: right, meta: null };
    if (path === 'module.exports.meta' || path === 'exports.meta') meta = right;
  }
  return found && { ...found, meta };
}

function pathOf(node: Node): string | null {
  const { type, name, object, property, computed } = node as unknown as {
    type: string;
    name?: string;
    object?: Node;
    property?: Node;
    computed?: boolean;
  };
  if (type === 'Identifier') return name ?? null;
  if (type !== 'MemberExpression' || computed || !object || !property) return null;
  const [base, last] = [pathOf(object), pathOf(property)];
  return base && last ? `${base}.${last}` : null;
}

function commonScript(source: string, { node, value, meta }: Common): Script {
  const object = value.type === 'ObjectExpression' ? value : null;
  const found = checkMeta(meta ?? (object && propertyOf(object, 'meta')), node);
  const isMain = object ? propertyOf(object, 'main') || propertyOf(object, 'default') : value;
  if (!isMain) throw at(node, 'module.exports has no main: module.exports = { meta, main }');
  const exported = object
    ? propertyOf(object, 'main')
      ? 'module.exports.main'
      : 'module.exports.default'
    : 'module.exports';
  // On the first line, so that all others stay where they were.
  return {
    meta: found,
    module: `const module = { exports: {} }; const { exports } = module; ${source}\nexport default ${exported};`,
  };
}

function propertyOf(object: ObjectExpression, name: string): Expression | null {
  for (const one of object.properties) {
    if (one.type !== 'Property') continue;
    const key = one.key.type === 'Identifier' ? one.key.name : one.key.type === 'Literal' ? one.key.value : null;
    if (key === name) return one.value as Expression;
  }
  return null;
}

function checkMeta(node: Expression | null, place: Node): ScriptMeta {
  if (!node) throw at(place, "it has no meta: export const meta = { name: '…', description: '…' }");
  const checked = ScriptMeta.safeParse(writtenOut(node));
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  throw at(node, `meta.${issue?.path.join('.')}: ${issue?.message}`);
}

/** What a written-out value is; nothing is run for it. */
function writtenOut(node: Expression): unknown {
  switch (node.type) {
    case 'Literal':
      if (node.regex || node.bigint) break;
      return node.value;
    case 'TemplateLiteral':
      if (node.expressions.length === 0) return node.quasis[0]?.value.cooked ?? '';
      break;
    case 'UnaryExpression':
      if (node.operator === '-' && node.argument.type === 'Literal') return -Number(node.argument.value);
      break;
    case 'ArrayExpression':
      return node.elements.map((one) => {
        if (!one || one.type === 'SpreadElement') throw at(one ?? node, 'meta must be written out');
        return writtenOut(one);
      });
    case 'ObjectExpression':
      return Object.fromEntries(
        node.properties.map((one) => {
          const key = one.type === 'Property' && !one.computed ? one.key : null;
          if (one.type !== 'Property' || !key) throw at(one, 'meta must be written out');
          return [
            key.type === 'Identifier' ? key.name : String((key as { value?: unknown }).value),
            writtenOut(one.value),
          ];
        }),
      );
  }
  throw at(node, 'meta must be written out: texts, numbers, true, false, lists and objects of them');
}
