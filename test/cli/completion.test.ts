import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { completionScript } from '../../src/cli/completion.ts';
import { allVerbs } from '../../src/cli/verbs.ts';
import { tempFolder } from '../support/repository.ts';

/** What bash offers for a line whose last word is being typed, with agents as `boocode completion --agents` would say. */
async function complete(line: string[], agents = ''): Promise<string[]> {
  const folder = tempFolder('completion');
  const script = join(folder, 'completion.bash');
  writeFileSync(script, completionScript('bash', await allVerbs(), ['demo', 'demo-chat', 'shell']));
  const words = line.map((word) => `'${word}'`).join(' ');
  const program = `boocode() { printf '%s\\n' ${agents}; }
source '${script}'
COMP_WORDS=(${words}); COMP_CWORD=${line.length - 1}
_boocode
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const out = execFileSync('bash', ['-c', program], { encoding: 'utf8', cwd: folder });
  return out.split('\n').filter(Boolean);
}

describe('completion in bash', () => {
  test('verbs by their beginning', async () => {
    expect(await complete(['boocode', 're'])).toEqual(['reject', 'replay', 'resume', 'restart', 'restore']);
  });

  test('names of agents, quoted where the shell needs it', async () => {
    expect(await complete(['boocode', 'show', 'a'], "auth-fix 'a b' docs")).toEqual(['auth-fix', 'a\\ b']);
  });

  test('options of the verb, also behind --project', async () => {
    expect(await complete(['boocode', '--project', '/tmp', 'output', '--f'])).toEqual(['--follow']);
  });

  test('what a verb does, then what it does that to', async () => {
    expect(await complete(['boocode', 'workflow', 'r'], 'review-code')).toEqual(['run', 'resume']);
    expect(await complete(['boocode', 'workflow', 'run', 're'], 'review-code find-issues')).toEqual(['review-code']);
  });

  test('values', async () => {
    expect(await complete(['boocode', 'wait', 'x', '--for', 'wai'])).toEqual(['waiting']);
    expect(await complete(['boocode', 'completion', 'z'])).toEqual(['zsh']);
    expect(await complete(['boocode', 'new', '--runtime', 'de'])).toEqual(['demo', 'demo-chat']);
  });

  test('a pane, then the agent in it', async () => {
    expect(await complete(['boocode', 'pane', 'o'], 'docs')).toEqual(['output']);
    expect(await complete(['boocode', 'pane', 'output', ''], 'docs')).toEqual(['docs']);
  });

  test('an agent, then a file, or nothing where text follows', async () => {
    expect(await complete(['boocode', 'export', ''], 'docs')).toEqual(['docs']);
    expect(await complete(['boocode', 'export', 'docs', 'compl'], 'docs')).toEqual(['completion.bash']);
    expect(await complete(['boocode', 'send', 'docs', ''], 'docs')).toEqual([]);
  });
});

const hasFish = spawnSync('fish', ['--version']).status === 0;

describe.skipIf(!hasFish)('completion in fish', () => {
  const offers = async (line: string) => {
    const folder = tempFolder('fish');
    writeFileSync(join(folder, 'boocode.fish'), completionScript('fish', await allVerbs(), ['demo', 'demo-chat']));
    writeFileSync(join(folder, 'a.cast'), '');
    mkdirSync(join(folder, 'folder'));
    const program = `function boocode; echo docs; end; source boocode.fish; complete -C '${line}'`;
    const out = execFileSync('fish', ['--no-config', '-c', program], { encoding: 'utf8', cwd: folder });
    return out.split('\n').flatMap((row) => row.split('\t')[0] || []);
  };

  test.each([
    ['boocode res', ['restart', 'restore', 'resume']],
    ['boocode export ', ['docs']],
    ['boocode export docs a', ['a.cast']],
    ['boocode send docs ', []],
    ['boocode pane output ', ['docs']],
    ['boocode new --runtime de', ['demo', 'demo-chat']],
    ['boocode --project fo', ['folder/']],
  ])('%s', async (line, expected) => expect((await offers(line)).sort()).toEqual(expected));
});

test('every shell has every verb', async () => {
  const verbs = await allVerbs();
  for (const shell of ['bash', 'zsh', 'fish'] as const) {
    const script = completionScript(shell, verbs, ['demo-chat']);
    for (const { name } of verbs) expect(script).toContain(name);
  }
});
