import { describe, expect, test } from 'vitest';
import { detectors } from '../../src/core/detect/index.ts';
import type { Screen } from '../../src/core/detect/types.ts';
import { heldOut, type Moment, moments, recordings } from '../support/recorded.ts';

/** How long a program may take to show what has become true, in milliseconds. */
const REACTION_MS = 1500;

const sessions = recordings().map((recorded) => {
  const detect = detectors[recorded.agent]!;
  const settled = moments(recorded).filter((one) => one.stood > REACTION_MS && one.truth !== 'start');
  return {
    name: `${recorded.agent} ${recorded.cols}×${recorded.rows}`,
    agent: recorded.agent,
    detect,
    settled: settled.filter((one) => one.truth !== 'ended'),
    say: (screen: Screen) => {
      const seen = detect(screen);
      return seen === null ? 'nothing' : [seen.state, seen.waitingFor].filter(Boolean).join(' ');
    },
  };
});
const truthOf = ({ truth, waitingFor }: Moment) => [truth, waitingFor].filter(Boolean).join(' ');
const picture = (screen: Screen) =>
  `${screen.title} ${screen.cursor.x},${screen.cursor.y}\n${screen.lines.join('\n').trimEnd()}`;

test('there are recordings of five agents at four widths, with every state', () => {
  expect(sessions.length).toBe(20);
  for (const { settled } of sessions) {
    expect(new Set(settled.map((one) => one.truth))).toEqual(new Set(['running', 'waiting', 'idle']));
  }
});

describe.each(sessions)('$name', ({ agent, settled, say, detect }) => {
  test('every screen is judged right; only of a busy or an empty one nothing may be said', () => {
    for (const one of settled.filter(({ screen }) => screen.lines.some((line) => line !== ''))) {
      const said = say(one.screen);
      if (one.truth !== 'running' || said !== 'nothing') expect(said, picture(one.screen)).toBe(truthOf(one));
    }
  });

  test('what is to be allowed is said with its command or file', () => {
    const approvals = settled.filter((one) => one.waitingFor === 'approval');
    expect(approvals.length).toBeGreaterThan(1);
    for (const { screen } of approvals) {
      expect(detect(screen)!.detail, picture(screen)).toMatch(
        /: .*(touch made-by-shell\.txt; sleep 3; echo shell-ran|hello\.txt)/,
      );
    }
    const question = settled.find((one) => one.waitingFor === 'question');
    expect(detect(question!.screen)!.detail).toContain('Which colour shall the button have?');
  });

  test('a dialog that is printed above the input line is a quotation', () => {
    const idle = settled.findLast((one) => one.truth === 'idle')!;
    for (const { screen } of settled.filter((one) => one.truth === 'waiting')) {
      const from = screen.lines.findLastIndex((line) => line !== '');
      for (const indent of ['', '  ', '    ']) {
        const lines = [...idle.screen.lines];
        const room = Math.max(0, idle.screen.cursor.y - 5);
        const quoted = screen.lines.slice(Math.max(0, from + 1 - room), from + 1);
        quoted.forEach((line, y) => {
          lines[y] = `${indent}${line}`.slice(0, 200);
        });
        expect(say({ ...idle.screen, lines }), lines.join('\n')).toBe('idle');
      }
    }
  });

  test('a dialog with something below it has been answered or is a quotation', () => {
    for (const { screen } of settled.filter((one) => one.truth === 'waiting')) {
      const lines = [...screen.lines.slice(2), 'It goes on.', ''];
      expect(
        say({ ...screen, lines, cursor: { x: 0, y: lines.length - 1 } }),
        picture({ ...screen, lines }),
      ).not.toMatch(/^(waiting|idle)/);
    }
  });

  test('cut off, scrolled or half drawn, no screen of a busy or waiting agent looks idle', () => {
    for (const { screen } of settled.filter((one) => one.truth !== 'idle')) {
      const { lines, cursor } = screen;
      for (const width of [10, 20, 39, 60]) {
        expect(say({ ...screen, lines: lines.map((line) => line.slice(0, width).trimEnd()) })).not.toBe('idle');
      }
      for (let gone = 1; gone < lines.length; gone++) {
        const up = { ...screen, lines: lines.slice(gone), cursor: { x: cursor.x, y: cursor.y - gone } };
        expect(say(up), picture(up)).not.toBe('idle');
        const down = { ...screen, lines: lines.map((line, y) => (y < lines.length - gone ? line : '')) };
        expect(say(down), picture(down)).not.toBe('idle');
      }
    }
  });

  test('an input line alone is no proof of rest', () => {
    for (const { screen } of settled.filter((one) => one.truth === 'idle')) {
      const title = agent === 'opencode' ? 'OpenCode' : '';
      if (agent === 'opencode' && /Ask anything…/.test(screen.lines.join(' '))) continue;
      // With something typed into it, opencode's first screen is the same before and after Enter: it is believed for a moment only.
      const seen = detect({ ...screen, title });
      if (seen?.forMs === undefined) expect(seen?.state, picture(screen)).not.toBe('idle');
      else expect(seen.forMs).toBeLessThan(REACTION_MS);
    }
  });
});

test.each(heldOut())('$agent at $cols, which no rule was made from: rest and questions are seen', (recorded) => {
  const detect = detectors[recorded.agent]!;
  // Gemini CLI draws its input line without a frame there: the terminal has no true colour.
  const settled = moments(recorded).filter((one) => one.stood > REACTION_MS && /idle|waiting/.test(one.truth));
  expect(settled.length).toBeGreaterThan(3);
  for (const one of settled) {
    const seen = detect(one.screen);
    const said = [seen?.state, seen?.waitingFor].filter(Boolean).join(' ');
    expect(said, picture(one.screen)).toBe(truthOf(one));
  }
});
