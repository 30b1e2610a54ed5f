import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandParts, possibleCommands } from '../../../src/core/approvals/shell.ts';
import { random } from '../agents.ts';

const texts = (line: string) => commandParts(line)?.map(({ text }) => text) ?? null;

describe('a command line is taken apart', () => {
  test.each<[string, string[]]>([
    ['npm test', ['npm test']],
    ['  npm   test  ', ['npm test']],
    ['npm test && git log', ['npm test', 'git log']],
    ['a; b | c || d & e |& f', ['a', 'b', 'c', 'd', 'e', 'f']],
    ['a\nb\n\nc\n', ['a', 'b', 'c']],
    ['echo \'a; b\' "c && d" e\\;f', ['echo \'a; b\' "c && d" e\\;f']],
    ['git log $(git rev-parse HEAD)', ['git rev-parse HEAD', 'git log $(git rev-parse HEAD)']],
    ['echo "in $(rm -rf /) quotes"', ['rm -rf /', 'echo "in $(rm -rf /) quotes"']],
    ["echo '$(rm)'", ["echo '$(rm)'"]],
    ['echo `rm -rf /`', ['rm -rf /', 'echo `rm -rf /`']],
    ['echo $(a $(b; c) | d)', ['b', 'c', 'a $(b; c)', 'd', 'echo $(a $(b; c) | d)']],
    ['npm test 2>&1 | tail -5', ['npm test', 'tail -5']],
    ['npm test >/dev/null 2>&1; ls', ['npm test', 'ls']],
    ['npm te\\\nst', ['npm test']],
    ['echo $HOME \u0024{USER} $1 $? "$@"', ['echo $HOME \u0024{USER} $1 $? "$@"']],
    ['FOO=1 npm test', ['FOO=1 npm test']],
    ['echo a#b', ['echo a#b']],
    ['grep "a$" x', ['grep "a$" x']],
    ['echo ünï 日本', ['echo ünï 日本']],
  ])('%j', (line, parts) => expect(texts(line)).toEqual(parts));

  test('quotes and backslashes are gone from what is compared with what is forbidden', () => {
    expect(commandParts('r"m" -r\\f \'/\'')).toEqual([{ text: 'r"m" -r\\f \'/\'', plain: 'rm -rf /' }]);
  });

  test('so is what a variable or a command gives: it may be nothing', () => {
    const plain = (line: string) => commandParts(line)?.at(-1)?.plain;
    expect(['\u0024{x}', '$(true)', '`true`'].map((one) => plain(`${one}rm -rf /`))).toEqual([
      'rm -rf /',
      'rm -rf /',
      'rm -rf /',
    ]);
  });
});

test.each([
  '',
  ' ',
  '; rm',
  'a && && b',
  'echo "open',
  "echo 'open",
  'echo $(open',
  'echo `open',
  'echo \\',
  'a ) b',
  '(rm -rf /)',
  'f() { rm; }; f',
  '{ rm; }',
  'if true; then rm; fi',
  'for i in a; do rm; done',
  'while :; do rm; done',
  'case a in a) rm;; esac',
  '! rm',
  'time rm',
  '[[ -f x ]]',
  'echo x > ~/.bashrc',
  'echo x >> file',
  'cat < /etc/shadow',
  'cat <<EOF\n$(rm)\nEOF',
  'cat <<< "$(rm)"',
  'diff <(rm) x',
  'tee >(rm)',
  "echo $'\\'; rm #'",
  'echo $"x"',
  'echo \u0024{x:-$(rm)}',
  'echo \u0024{!x}',
  'echo $((a[$(rm)]))',
  'echo $[1]',
  "echo a # it's\nrm -rf /\n# it's",
  'echo a\rrm',
  'echo a\u0000rm',
  'echo a\u200brm',
  'echo \u202etxt',
  'echo `a \\`rm\\``',
  'a 2>file',
  'a &>file',
  'a >&file',
  'a >/dev/nullx',
  'a |2>&1',
  '2>&1; a',
  'x=(1 2); rm',
  'echo !(rm)',
  `echo ${'$('.repeat(50)}rm${')'.repeat(50)}`,
  `echo ${'x'.repeat(70_000)}`,
])('what may be read otherwise is not understood: %j', (line) => expect(commandParts(line)).toBeNull());

/** Runs a line in a real shell whose only programs are witnesses that write down what they were called as. */
describe.each(['bash', 'dash', 'zsh'].filter((name) => spawnSync('which', [name]).status === 0))(
  'as %s does',
  (shell) => {
    const NAMES = ['npm', 'git', 'rm', 'ls', 'cat'];
    let folder: string;
    let log: string;
    beforeAll(() => {
      folder = mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'w-'));
      log = join(folder, 'log');
      mkdirSync(join(folder, 'bin'));
      mkdirSync(join(folder, 'work'));
      for (const name of NAMES) {
        const file = join(folder, 'bin', name);
        writeFileSync(file, `#!/bin/sh\nprintf '%s\\0' '${name}' >> '${log}'\n`);
        chmodSync(file, 0o755);
      }
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    const called = (line: string): string[] => {
      writeFileSync(log, '');
      const env = { PATH: join(folder, 'bin'), HOME: folder };
      const file = spawnSync('which', [shell]).stdout.toString().trim();
      const args = shell === 'zsh' ? ['-f', '-c', line] : ['-c', line];
      spawnSync(file, args, { cwd: join(folder, 'work'), env, timeout: 5000, input: '' });
      return readFileSync(log, 'utf8').split('\0').filter(Boolean);
    };

    test('no line that is understood runs a program which is none of its parts', () => {
      const { below, pick } = random(shell.length * 77);
      const TOKENS = [
        ...[
          'npm',
          'git',
          'rm',
          'ls',
          'cat',
          ' ',
          ' ',
          ' ',
          ';',
          '&&',
          '||',
          '|',
          '\n',
          '&',
          '"',
          "'",
          '\\',
          '`',
          '$(',
          ')',
        ],
        ...[
          '(',
          '{',
          '}',
          '$',
          '#',
          '<',
          '>',
          '2>&1',
          '>/dev/null',
          'x',
          '-a',
          '=',
          '!',
          '$x',
          '\u0024{x}',
          "$'",
          '\t',
          '\\\n',
          '*',
          'if ',
          'in',
          '{rm,x}',
        ],
      ];
      let understood = 0;
      for (let round = 0; round < 400; round++) {
        const line = Array.from({ length: 2 + below(9) }, () => pick(TOKENS)).join('');
        const parts = commandParts(line);
        if (!parts) continue;
        understood++;
        for (const name of called(line)) {
          const known = parts.some(({ plain }) => plain.split(/[ =]/).includes(name) || plain.includes(`{${name},`));
          expect(known, `${JSON.stringify(line)} ran ${name}, parts ${JSON.stringify(parts)}`).toBe(true);
        }
      }
      expect(understood).toBeGreaterThan(40);
    });

    test('what a rule for `npm *` would allow runs nothing but npm', () => {
      const { below, pick } = random(4321);
      const TOKENS = [
        ' ',
        ' ',
        'rm',
        ';',
        '&&',
        '|',
        '\n',
        '"',
        "'",
        '\\',
        '`',
        '$(',
        ')',
        '(',
        '{',
        '}',
        '#',
        '<',
        '>',
        '$',
        '&',
        'x',
        '\r',
        '$((',
        '2>&1',
      ];
      for (let round = 0; round < 600; round++) {
        const line = `npm ${Array.from({ length: 1 + below(8) }, () => pick(TOKENS)).join('')}`;
        const parts = commandParts(line);
        if (!parts?.every(({ text }) => /^npm( |$)/.test(text))) continue;
        expect(
          called(line).filter((name) => name !== 'npm'),
          JSON.stringify(line),
        ).toEqual([]);
      }
    });
  },
);

test('in a line that is not understood, what could be a command is still found', () => {
  for (const line of ['if true; then rm -rf /; fi', '(rm -rf /)', 'f() { rm -rf /; }', 'cat <<E\n$(rm -rf /)\nE'])
    expect(possibleCommands(line)).toContain('rm -rf /');
});
