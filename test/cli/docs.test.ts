import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { flowSchema, generatedParts, withParts } from '../../scripts/generate-docs.ts';
import { parse } from '../../src/cli/parse.ts';
import { chooseVerb } from '../../src/cli/run.ts';
import { EXIT_TABLE } from '../../src/cli/verbs/help.ts';
import { allVerbs, verbs } from '../../src/cli/verbs.ts';
import { Flow } from '../../src/schema/flow.ts';
import { loadConfig } from '../../src/storage/config.ts';
import { readConfigFile } from '../../src/storage/config-file.ts';
import { EXIT_CODES } from '../../src/util/errors.ts';
import { tempFolder } from '../support/repository.ts';

const root = join(import.meta.dirname, '..', '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

describe('README', () => {
  test('keys, verbs and exit codes are those of the program (npm run docs writes them)', async () => {
    expect(withParts(readme, await generatedParts())).toBe(readme);
  });

  test('a missing marker is said', () => {
    expect(() => withParts('nothing', { keys: 'x' })).toThrow('no place for keys');
  });

  test('every exit code of an expected failure is listed', () => {
    const listed = EXIT_TABLE.map(([code]) => code);
    expect([...new Set(Object.values(EXIT_CODES))].filter((code) => !listed.includes(code))).toEqual([]);
  });

  test('its config is a valid one, and so is that of this project', async () => {
    const { writeFileSync, mkdirSync } = await import('node:fs');
    const folder = tempFolder('config');
    mkdirSync(join(folder, '.boocode'));
    writeFileSync(join(folder, '.boocode', 'config.json'), /```json\n([\s\S]*?)```/.exec(readme)![1]!);
    expect(loadConfig({ root: folder }).problems).toEqual([]);
    expect(readConfigFile(join(root, '.boocode', 'config.json')).problems).toEqual([]);
  });
});

describe('the JSON Schema of flows', () => {
  const file = readFileSync(join(root, 'schema', 'flow.schema.json'), 'utf8');

  test('is that of the program (npm run docs writes it)', () => expect(flowSchema()).toBe(file));

  test('takes what the program takes, and not what it refuses', () => {
    const fits = new Ajv2020({ allErrors: true, strict: false }).compile(JSON.parse(file));
    const work = { kind: 'code', run: 'make' };
    const flow = {
      name: 'f',
      steps: [
        { id: 'a', ...work },
        { id: 'b', kind: 'batch', over: '[1]', do: work, deps: ['a'] },
      ],
    };
    expect([fits(flow), fits.errors]).toEqual([true, null]);
    expect(Flow.safeParse(flow).success).toBe(true);
    // What its step does is no part of zod's shape: it is looked at with the rest of the flow.
    const code = (more: object) => fits({ name: 'f', steps: [{ id: 'a', kind: 'code', ...more }] });
    expect([code({}), code({ run: 'make', transform: 'json' }), code({ transform: 'json', from: '1' })]).toEqual([
      ...[false, false, true],
    ]);
    for (const wrong of [
      { ...flow, step: [] },
      { name: 'f', steps: [{ id: 'a b', ...work }] },
      { name: 'f', steps: [{ id: 'a', kind: 'x' }] },
    ]) {
      expect([fits(wrong), Flow.safeParse(wrong).success]).toEqual([false, false]);
    }
  });
});

describe('records of the verbs', () => {
  test('are named as in the table and complete', async () => {
    const all = await allVerbs();
    expect(all.map((verb) => verb.name || 'open')).toEqual(Object.keys(verbs));
    for (const verb of all) {
      expect(verb.summary, verb.name).toMatch(/^[a-z].*[^.]$/);
      expect(verb.examples.length, verb.name).toBeGreaterThan(0);
    }
  });

  test('have examples that parse', async () => {
    for (const verb of await allVerbs()) {
      for (const { line } of verb.examples) {
        const own = line.split('|').at(-1)!.split('>')[0]!;
        const words = [...own.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
        expect(words[0]).toBe('boocode');
        const chosen = verb.name === '' ? { name: 'open', args: words.slice(1) } : chooseVerb(words.slice(1), root);
        expect(chosen.name, line).toBe(verb.name || 'open');
        expect(() => parse(verb, chosen.args), line).not.toThrow();
      }
    }
  });
});
