// Writes the parts of README.md that come from tables (the keys, the verbs, the exit codes), and the JSON Schema of flows. A test fails when they are stale.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { commandLine, EXIT_TABLE } from '../src/cli/verbs/help.ts';
import { allVerbs } from '../src/cli/verbs.ts';
import { createKeymap } from '../src/core/commands/keymap.ts';
import { commandRows, commands } from '../src/core/commands/table.ts';
import { Flow } from '../src/schema/flow.ts';

/** What people find on their keyboards for tmux's names of keys. */
const KEY_NAMES: Record<string, string> = {
  BTab: 'Shift-Tab',
  PPage: 'PageUp',
  NPage: 'PageDown',
  BSpace: 'Backspace',
  DC: 'Delete',
};
const keyName = (key: string): string => KEY_NAMES[key] ?? key.replace(/^C-/, 'Ctrl-').replace(/^M-/, 'Alt-');

const cell = (text: string) => text.replaceAll('|', '\\|');
const code = (text: string) => `\`${cell(text)}\``;
const tableOf = (head: string[], rows: string[][]) =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

function keyTables(): string {
  const rows = commandRows(createKeymap(commands));
  const groups = [...new Set(rows.map((row) => row.group))];
  return groups
    .map((group) => {
      const own = rows.filter((row) => row.group === group);
      const cells = own.map(({ keys, title, id }) => [
        keys.map((key) => code(keyName(key))).join(' '),
        cell(title),
        code(id),
      ]);
      return `**${group}**\n\n${tableOf(['key', 'does', 'id'], cells)}`;
    })
    .join('\n\n');
}

/** The generated parts by the names of their markers. */
export async function generatedParts(): Promise<Record<string, string>> {
  const verbs = await allVerbs();
  return {
    keys: keyTables(),
    verbs: tableOf(
      ['verb', 'does'],
      verbs.map(({ name, usage, summary }) => [code(commandLine(name, usage)), cell(summary)]),
    ),
    'exit codes': tableOf(
      ['code', 'means'],
      EXIT_TABLE.map(([exitCode, meaning]) => [code(String(exitCode)), meaning]),
    ),
  };
}

/** The JSON Schema of `.boocode/flows/*`, as it is published in schema/flow.schema.json. */
export function flowSchema(): string {
  const { $schema, ...shape } = z.toJSONSchema(Flow, {
    io: 'input',
    override({ jsonSchema }) {
      const kind = jsonSchema.properties?.kind;
      // What zod's shape alone does not say: a step of code does either.
      if (typeof kind === 'object' && kind.const === 'code')
        jsonSchema.oneOf = [{ required: ['run'] }, { required: ['transform'] }];
    },
  });
  return `${JSON.stringify({ $schema, title: 'A flow of BooCode', ...shape }, null, 2)}\n`;
}

/** A document with its generated parts as they should be. Throws when a marker is missing. */
export function withParts(text: string, parts: Record<string, string>): string {
  return Object.entries(parts).reduce((document, [name, part]) => {
    const [begin, end] = [`<!-- generated: ${name} -->`, `<!-- end: ${name} -->`];
    const [from, to] = [document.indexOf(begin), document.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`README.md has no place for ${name}: ${begin} … ${end}`);
    return `${document.slice(0, from)}${begin}\n\n${part}\n\n${document.slice(to)}`;
  }, text);
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  const path = join(root, 'README.md');
  writeFileSync(path, withParts(readFileSync(path, 'utf8'), await generatedParts()));
  writeFileSync(join(root, 'schema', 'flow.schema.json'), flowSchema());
}
