import { expect, test } from 'vitest';
import { createScreen } from '../../src/host/children/screen.ts';

const on = { reply() {}, event() {} };
const start = (rows = 10) =>
  createScreen({ size: { cols: 40, rows }, background: 'dark', kind: 'pty', historyLines: 1000 }, on, () => 5);

/** A prompt, what is typed at it, and what comes of it, as a shell with OSC 133 writes them. */
const command = (typed: string, output: string) =>
  `\x1b]133;A\x07user $ \x1b]133;B\x07${typed}\r\n\x1b]133;C\x07${output}\x1b]133;D;0\x07`;

test('commands are marked with their text and the line that they have in the history', () => {
  const { emulator, history, marks } = start();
  for (let i = 1; i <= 30; i++) emulator.write(Buffer.from(command(`echo ${i}`, `${i}\r\nmore\r\n`)));
  emulator.write(Buffer.from(command(`long ${'x'.repeat(60)}`, 'done\r\n')));
  emulator.write(Buffer.from('\r\n'.repeat(12)));
  const list = marks.list();
  expect(list).toHaveLength(31);
  expect(list[6]).toEqual({ line: 19, at: 5, kind: 'command', text: 'echo 7' });
  expect(list[30]!.text).toBe(`long ${'x'.repeat(60)}`);
  for (const { line, text } of list)
    expect(history.page({ from: line, count: 1, styled: false }).lines[0]?.text).toBe(`user $ ${text}`);
});

test('what is no command is not marked: empty input, full-screen programs, marks out of order; texts are plain', () => {
  const { emulator, marks } = start();
  emulator.write(Buffer.from(command('', '')));
  emulator.write(Buffer.from('\x1b]133;C\x07\x1b]133;C\x07'));
  emulator.write(Buffer.from(`\x1b[?1049h${command('inside', '')}\x1b[?1049l`));
  expect(marks.list()).toEqual([]);
  emulator.write(Buffer.from(command('a\u202eb', '')));
  expect(marks.list().map(({ text }) => text)).toEqual(['a b']);
});

test('the newest thousand are kept', () => {
  const { emulator, marks } = start();
  for (let i = 0; i < 2500; i++) emulator.write(Buffer.from(command(`n${i}`, '')));
  expect(marks.list()).toHaveLength(1000);
  expect(marks.list().at(-1)!.text).toBe('n2499');
});
