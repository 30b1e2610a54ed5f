import { describe, expect, test } from 'vitest';
import { parse, splitVerb } from '../../src/cli/parse.ts';
import { chooseVerb } from '../../src/cli/run.ts';
import type { Verb } from '../../src/cli/verb.ts';
import { newVerb } from '../../src/cli/verbs/new.ts';
import { send } from '../../src/cli/verbs/send.ts';
import { suggest } from '../../src/core/suggest.ts';
import { BooError } from '../../src/util/errors.ts';
import { tempFolder } from '../support/repository.ts';

function failure(act: () => unknown): { code: string; message: string; hint: string | undefined } {
  try {
    act();
  } catch (error) {
    if (error instanceof BooError) return { code: error.code, message: error.message, hint: error.hint };
    throw error;
  }
  throw new Error('nothing was thrown');
}
const wrong = (verb: Verb, ...argv: string[]) => failure(() => parse(verb, argv));

describe('words of a verb', () => {
  test('options and words may stand in any order', () => {
    const { values, words } = parse(send, ['--wait', 'auth', '--json', 'hello there', '--timeout=5']);
    expect(words).toEqual(['auth', 'hello there']);
    expect(values).toMatchObject({ wait: true, json: true, timeout: '5' });
  });

  test('what follows -- is a command line of its own, options included', () => {
    const { words, command, values } = parse(newVerb, [
      'build',
      '--no-worktree',
      '--',
      'npm',
      'run',
      '--json',
      '--',
      'x',
    ]);
    expect(words).toEqual(['build']);
    expect(command).toEqual(['npm', 'run', '--json', '--', 'x']);
    expect(values.json).toBeUndefined();
  });

  test('a text that begins with a dash goes after -- where no command is taken', () => {
    expect(parse(send, ['auth', '--', '--help']).words).toEqual(['auth', '--help']);
  });

  test('an unknown option names the nearest one and the usage', () => {
    expect(wrong(send, 'a', 'b', '--wiat')).toEqual({
      code: 'usage',
      message: 'boocode send has no option --wiat; did you mean --wait?',
      hint: 'Usage: boocode send AGENT TEXT|- [--wait] [--timeout S]',
    });
    expect(wrong(send, 'a', 'b', '-q').message).toBe('boocode send has no option -q');
  });

  test('a missing value, a value too many, missing and superfluous words are said', () => {
    expect(wrong(send, 'a', 'b', '--timeout').message).toContain('--timeout needs a value, --timeout S');
    expect(wrong(send, 'a', 'b', '--wait=yes').message).toBe('boocode send: --wait takes no value');
    expect(wrong(send, 'auth').message).toBe('boocode send needs TEXT|-');
    expect(wrong(send).message).toBe('boocode send needs AGENT and TEXT|-');
    expect(wrong(send, 'a', 'b', 'c').message).toBe('boocode send: one word too many, "c"');
    expect(wrong(newVerb, 'x', '--').message).toBe('boocode new: no command follows --');
    expect(wrong(newVerb, 'x', 'npm').hint).toContain('write it after --');
  });
});

describe('which verb is meant', () => {
  test('options for all verbs may stand before the verb', () => {
    expect(splitVerb(['--project', 'x', '--json', 'ls', '--all'])).toEqual({
      name: 'ls',
      rest: ['--project', 'x', '--json', '--all'],
    });
  });

  test('nothing, or a folder, opens the cockpit; --version and --help are verbs', () => {
    const folder = tempFolder('cwd');
    expect(chooseVerb([], folder)).toEqual({ name: 'open', args: [] });
    expect(chooseVerb(['.'], folder)).toEqual({ name: 'open', args: ['.'] });
    expect(chooseVerb(['--demo-if-no-agent'], folder)).toEqual({ name: 'open', args: ['--demo-if-no-agent'] });
    expect(chooseVerb(['--version', '--json'], folder)).toEqual({ name: 'version', args: ['--json'] });
    expect(chooseVerb(['-h'], folder)).toEqual({ name: 'help', args: [] });
  });

  test('an unknown verb is wrong usage with the nearest one; a path that is not there is not found', () => {
    expect(failure(() => chooseVerb(['restrat'], '/'))).toMatchObject({
      code: 'usage',
      hint: 'Did you mean boocode restart?',
    });
    expect(failure(() => chooseVerb(['open'], '/'))).toMatchObject({ code: 'usage' });
    expect(failure(() => chooseVerb(['./nowhere'], '/'))).toMatchObject({ code: 'not_found' });
  });
});

describe('suggestions', () => {
  const known = ['restart', 'restore', 'rm', 'run', 'status', 'stop'];
  test.each([
    ['restat', 'restart'],
    ['rst', undefined],
    ['stpo', 'stop'],
    ['sto', 'stop'],
    ['xyz', undefined],
    ['mr', 'rm'],
  ])('%s ▶ %s', (word, expected) => expect(suggest(word, known)).toBe(expected));
});
