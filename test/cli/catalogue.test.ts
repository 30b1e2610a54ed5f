import { execFileSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readScript } from '../../src/core/scripts/script.ts';
import { makeRepository, tempFolder } from '../support/repository.ts';
import { boocode } from './boocode.ts';

const project = join(import.meta.dirname, '..', '..');
const catalogue = join(project, 'workflows');
const scripts = readdirSync(catalogue).filter((name) => name.endsWith('.js'));

let root: string;
beforeAll(() => {
  root = makeRepository();
});
afterAll(() => {
  boocode(root, ['daemon', 'stop', '--agents', '--yes']);
});

/** What each is asked, small enough for a test, and what its report must have besides its heading. */
const RUNS: Record<string, { args: string[]; report: RegExp }> = {
  'bounty-hunt': { args: ['focuses=crashes, lost data'], report: /\| hunter \| points \|.*\n## demo title 1/s },
  'deep-research': {
    args: ['question=Why is it so?', 'angles=2', 'rounds=2'],
    report: /## Sources\n\n- demo source 1/,
  },
  'find-issues': { args: ['finders=2'], report: /2 rounds in a row brought nothing new.*- Evidence: /s },
  'multi-review': { args: [], report: /\| upkeep \| good \|.*seen by correctness and security and upkeep/s },
  'plan-verify': { args: ['task=Do it', 'rounds=2'], report: /## Work items\n\n- \[ \] \*\*demo id 1\*\*/ },
  'review-code': { args: ['areas=2'], report: /### demo title 1.*- Verified: /s },
};

test('the six of the catalogue are there, each named as its file', () => {
  expect(scripts.map((name) => name.replace(/\.js$/, ''))).toEqual(Object.keys(RUNS));
  for (const file of scripts)
    expect(`${readScript(readFileSync(join(catalogue, file), 'utf8')).meta.name}.js`).toBe(file);
});

describe('run by the demo agent, each', () => {
  test.each(Object.entries(RUNS))(
    '%s ends with a report',
    (name, { args, report }) => {
      const given = args.flatMap((one) => ['--arg', one]);
      const { code, out, err } = boocode(
        root,
        ['workflow', 'run', name, '--runtime', 'demo', '--auto-approve', '--wait', '--json', ...given],
        { timeout: 240_000 },
      );
      const run = JSON.parse(out) as {
        status: string;
        error: string | null;
        result: { report: string };
        steps: { label: string; phase: string; status: string }[];
      };
      expect({ code, err, status: run.status, error: run.error }).toEqual({
        code: 0,
        err: '',
        status: 'completed',
        error: null,
      });
      expect(run.result.report).toMatch(/^# \S/);
      expect(run.result.report).toMatch(report);
      expect(run.result.report).not.toMatch(/undefined|\[object|null/);
      expect(run.steps.filter(({ status }) => status !== 'completed')).toEqual([]);
      const { phases = [] } = readScript(readFileSync(join(catalogue, `${name}.js`), 'utf8')).meta;
      const titles = phases.map(({ title }) => title);
      expect(run.steps.filter(({ phase }) => !titles.includes(phase))).toEqual([]);
    },
    300_000,
  );
});

test('they and the template keep to the types that authors get', () => {
  const folder = tempFolder('types');
  copyFileSync(join(project, 'templates', 'workflow.js'), join(folder, 'workflow.js'));
  copyFileSync(join(project, 'types', 'workflow.d.ts'), join(folder, 'boocode.d.ts'));
  const options = {
    ...{ allowJs: true, checkJs: true, noEmit: true, strict: true, noImplicitAny: false, types: [] },
    ...{ target: 'es2023', lib: ['es2023'], module: 'esnext', moduleResolution: 'bundler' },
  };
  const check = (name: string, files: string[], more = {}) => {
    const config = join(folder, `${name}.json`);
    writeFileSync(config, JSON.stringify({ compilerOptions: { ...options, ...more }, files }));
    try {
      execFileSync(join(project, 'node_modules', '.bin', 'tsc'), ['-p', config], { encoding: 'utf8', stdio: 'pipe' });
      return '';
    } catch (error) {
      return (error as { stdout: string }).stdout;
    }
  };
  expect(
    check(
      'catalogue',
      scripts.map((name) => join(catalogue, name)),
    ),
  ).toBe('');
  // An editor asks this of a file that wants to be checked.
  expect(check('template', [join(folder, 'workflow.js')], { noImplicitAny: true })).toBe('');
  writeFileSync(
    join(folder, 'wrong.js'),
    '/// <reference path="./boocode.d.ts" />\nagent("x", { lable: "y" });\nexport {};\n',
  );
  expect(check('wrong', [join(folder, 'wrong.js')])).toContain("'lable' does not exist in type");
}, 120_000);
