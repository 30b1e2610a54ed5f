import { describe, expect, test } from 'vitest';
import { ruleBooks } from '../../src/core/detect/index.ts';
import { askedOn, isRedrawn } from '../../src/core/detect/read.ts';
import { moments, recordings } from '../support/recorded.ts';

const sessions = recordings().map((recorded) => ({
  name: `${recorded.agent} at ${recorded.cols}`,
  ...recorded,
  book: ruleBooks[recorded.agent]!,
  settled: moments(recorded).filter((one) => one.stood > 1500),
}));

describe.each(sessions)('$name', ({ agent, cols, book, settled }) => {
  const approvals = settled.filter((one) => one.waitingFor === 'approval');

  test('every dialog for a permission is read with its keys, its command or its file', () => {
    for (const { screen } of approvals) {
      const found = askedOn(book, screen);
      const picture = screen.lines.join('\n').trimEnd();
      expect(found, picture).not.toBeNull();
      expect(Object.keys(found!.keys)).toEqual(['once', 'deny']);
      const flat = found!.command?.replace(/\s+/g, ' ');
      // Qwen Code itself loses a word where 40 columns wrap the command; it is not taken for whole there.
      if (found!.command !== null)
        expect(flat, picture).toMatch(/touch made-by-shell\.txt; ?sleep (3; )?echo shell-ran/);
      else expect(found!.paths.join(), picture).toMatch(/hello\.txt$/);
      if (found!.whole && found!.command !== null) {
        expect(found!.command).toBe('touch made-by-shell.txt; sleep 3; echo shell-ran');
      }
      const { top, bottom } = found!.region;
      expect(screen.lines.slice(top, bottom + 1).join('\n')).toContain(agent === 'opencode' ? 'Permission' : '1.');
    }
  });

  test('the same dialog stays the same one while it stands, and commands and edits are not each other', () => {
    const identities = new Set(approvals.map(({ screen }) => askedOn(book, screen)!.identity));
    expect(identities.size).toBeGreaterThan(1);
    expect(identities.size).toBeLessThanOrEqual(cols < 80 ? 6 : 4);
  });

  test('nothing else asks for a permission', () => {
    for (const { screen, waitingFor } of settled) {
      if (waitingFor !== 'approval') expect(askedOn(book, screen), screen.lines.join('\n')).toBeNull();
    }
  });
});

test('a dialog of Gemini is the same one at another width, and only that', () => {
  const asked = (width: number) =>
    sessions
      .filter(({ agent, cols }) => agent === 'gemini' && cols === width)
      .flatMap(({ settled, book }) => settled.flatMap(({ screen }) => askedOn(book, screen) ?? []));
  const [narrow, wide] = [asked(40), asked(120)];
  const known = new Set([...narrow, ...wide].map(({ command }) => command));
  expect(known.size).toBeGreaterThan(1);
  for (const one of narrow) {
    for (const other of wide) {
      const isSame = one.command?.replace(/\s+/g, ' ') === other.command?.replace(/\s+/g, ' ');
      expect(isRedrawn(one.identity, other.identity), `${one.identity}\n${other.identity}`).toBe(isSame);
      expect(isRedrawn(other.identity, one.identity)).toBe(isSame);
    }
    // At the same width every difference counts.
    for (const other of narrow) expect(isRedrawn(one.identity, other.identity)).toBe(false);
  }
});

test('where a frame grows and its command wraps elsewhere it is the same dialog; with another command it is none', () => {
  const shown = (width: number, ...rows: string[]) =>
    [
      '? Shell  npm run check',
      `╭${'─'.repeat(width)}╮`,
      ...rows.map((row) => `│ ${row} │`),
      `╰${'─'.repeat(width)}╯`,
    ].join('\n');
  expect(isRedrawn(shown(20, 'npm run check', '--all'), shown(40, 'npm run check --all'))).toBe(true);
  expect(isRedrawn(shown(20, 'npm run check', '--all'), shown(40, 'npm run check --one'))).toBe(false);
  expect(isRedrawn(shown(20, 'npm run che', 'ck'), shown(40, 'npm run check'))).toBe(false);
  expect(isRedrawn('rm a\nb', 'rm a b')).toBe(false);
});
