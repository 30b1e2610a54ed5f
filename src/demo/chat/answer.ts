import { readdirSync } from 'node:fs';

type Schema = Readonly<Record<string, unknown>>;

/** How deep a schema is followed: one that refers to itself has no end. */
const MAX_DEPTH = 12;
/** Items of a list of objects, where the schema leaves it open. */
const ITEMS = 2;

/** The JSON Schema that a prompt wants its answer in: what stands behind its last line that ends with `JSON Schema:`. */
export function schemaIn(prompt: string): Schema | null {
  const found = /JSON Schema:\s*\n(\{.*\})\s*$/s.exec(prompt.slice(prompt.lastIndexOf('JSON Schema:')));
  if (!found) return null;
  try {
    return JSON.parse(found[1]!) as Schema;
  } catch {
    return null;
  }
}

/** A value that fits a schema, the same each time: names of the folder's own files where files are asked for, else words made of the names of its fields. */
export function answerFor(schema: Schema, cwd: string): unknown {
  const files = readdirSync(cwd)
    .filter((name) => !name.startsWith('.'))
    .sort();
  return valueFor(schema, { root: schema, name: 'answer', nth: 0, depth: 0, files });
}

/** Lists that name other things, which the demo does not know. */
const NAMES_OTHERS = /^(depends|requires|blocked)/i;

interface Place {
  root: Schema;
  /** The field that it is. */
  name: string;
  /** Its place in the list around it. */
  nth: number;
  depth: number;
  files: readonly string[];
}

function valueFor(given: Schema, place: Place): unknown {
  const schema = resolved(given, place.root);
  const { const: fixed, enum: choices, default: preset } = schema;
  if (fixed !== undefined) return fixed;
  if (preset !== undefined) return preset;
  if (Array.isArray(choices) && choices.length > 0) return choices[place.nth % choices.length];
  switch (typeOf(schema)) {
    case 'object':
      return objectFor(schema, place);
    case 'array':
      return listFor(schema, place);
    case 'string':
      return textFor(schema, place);
    case 'integer':
    case 'number':
      return clamp(place.nth + 1, schema.minimum, schema.maximum);
    case 'boolean':
      return place.nth % 2 === 0;
    default:
      return null;
  }
}

/** What a schema says in the end: a reference within it, the first of several, all of several at once. */
function resolved(schema: Schema, root: Schema, hops = 0): Schema {
  if (hops > MAX_DEPTH) return {};
  const { $ref, anyOf, oneOf, allOf, ...own } = schema as Record<string, unknown> & { $ref?: unknown };
  if (typeof $ref === 'string' && $ref.startsWith('#')) {
    const path = $ref.slice(1).split('/').filter(Boolean);
    const target = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], root);
    return resolved((target ?? {}) as Schema, root, hops + 1);
  }
  const several = (Array.isArray(anyOf) && anyOf) || (Array.isArray(oneOf) && oneOf);
  const parts = [...(several ? [several[0]] : []), ...(Array.isArray(allOf) ? allOf : [])] as Schema[];
  const sum: Record<string, unknown> = own;
  for (const part of parts) {
    const next = resolved(part, root, hops + 1);
    const properties = { ...(sum.properties as object), ...(next.properties as object) };
    Object.assign(sum, next, Object.keys(properties).length > 0 && { properties });
  }
  return sum;
}

function typeOf({ type, properties, items }: Schema): unknown {
  if (Array.isArray(type)) return type[0];
  return type ?? (properties ? 'object' : items ? 'array' : 'string');
}

function objectFor({ properties, required }: Schema, place: Place): Record<string, unknown> {
  const all = Object.entries((properties ?? {}) as Record<string, Schema>);
  const must = new Set(Array.isArray(required) ? required : []);
  const wanted = all.filter(([name]) => must.has(name) || place.depth < MAX_DEPTH / 2);
  if (place.depth >= MAX_DEPTH) return {};
  return Object.fromEntries(
    wanted.map(([name, schema]) => [name, valueFor(schema, { ...place, name, depth: place.depth + 1 })]),
  );
}

function listFor({ items, minItems, maxItems }: Schema, place: Place): unknown[] {
  const own = (items ?? {}) as Schema;
  if (place.depth >= MAX_DEPTH || (NAMES_OTHERS.test(place.name) && !minItems)) return [];
  const usual = typeOf(resolved(own, place.root)) === 'object' ? ITEMS : 1;
  const count = clamp(usual, minItems, maxItems);
  return Array.from({ length: count }, (_, nth) => valueFor(own, { ...place, nth, depth: place.depth + 1 }));
}

function textFor({ minLength, maxLength }: Schema, { name, nth, files }: Place): string {
  const words = name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  const isFile = /^(file|files|path|paths)$/.test(words) && files.length > 0;
  const text = isFile ? files[nth % files.length]! : `demo ${words} ${nth + 1}`;
  const least = typeof minLength === 'number' ? minLength : 0;
  return text.padEnd(least, '.').slice(0, typeof maxLength === 'number' ? maxLength : undefined);
}

const clamp = (value: number, low: unknown, high: unknown): number =>
  Math.max(typeof low === 'number' ? low : 0, Math.min(value, typeof high === 'number' ? high : value));
