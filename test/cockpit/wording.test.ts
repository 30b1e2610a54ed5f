import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sentence } from '../../src/cockpit/control/wording.ts';
import { configWords } from '../../src/cockpit/store/mirror.ts';
import { BooError } from '../../src/util/errors.ts';

const state = { data: {} } as Parameters<typeof sentence>[1];
const inCockpit = (hint: string) => sentence(new BooError('failed', 'no', hint), state);

test('options of the command line are fields of the dialog, verbs are keys', () => {
  expect(inCockpit('Name an existing one with --base; `git branch --all` lists them.')).toBe(
    'no. Write the name of an existing one as Base; `git branch --all` lists them.',
  );
  expect(inCockpit('boocode restart fix the login starts it again.')).toBe('no. r starts it again.');
  expect(inCockpit('boocode restore a b brings it back first.')).toBe('no. R brings it back first.');
  // The key restores what was archived or removed; this agent is neither.
  expect(inCockpit('boocode restore a makes it again; boocode rm a removes the agent.')).toMatch(
    /^no\. boocode restore a makes it again; \S+ removes the agent\.$/,
  );
});

test('no remedy that the daemon gives speaks of an option of boocode', () => {
  const root = join(import.meta.dirname, '../../src');
  const files = globSync('{daemon,git,runtimes,core}/**/*.ts', { cwd: root });
  const hints = files.flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/'([A-Z][^'\n]* --[a-z]*[^'\n]*)'/g)].map((found) => found[1]!),
  );
  const left = hints
    .map(inCockpit)
    .filter((text) => / --(base|branch|worktree|no-worktree|name|prompt|[ ,])/.test(text));
  expect(hints.length).toBeGreaterThan(3);
  expect(left).toEqual([]);
});

test('what is wrong with a config says that the whole file does not count', () => {
  const problem = {
    file: 'config.json',
    path: 'ui.theme',
    message: 'Invalid option',
    hint: 'Change or remove ui.theme.',
  };
  const said = 'config.json: ui.theme: Invalid option. Change or remove ui.theme. Until then this file is not used.';
  expect(configWords([problem])).toBe(said);
  expect(configWords([problem, problem])).toBe(`${said} boocode config check names 1 more.`);
  expect(configWords([])).toBeNull();
});
