import { describe, expect, test } from 'vitest';
import { askedOnScreen, detectors } from '../../src/core/detect/index.ts';
import type { Screen } from '../../src/core/detect/types.ts';
import { dialogs } from '../support/recorded.ts';

const stands = dialogs().flatMap(({ agent, name, waitingFor, screens }) =>
  screens.map(({ cols, title, cursor: [x, y], lines }) => ({
    ...{ agent, waitingFor },
    name: `${agent} ${name} at ${cols}`,
    screen: { lines, title, cursor: { x, y } } as Screen,
  })),
);
const say = (agent: string, screen: Screen) => {
  const seen = detectors[agent]!(screen);
  return seen === null ? 'nothing' : [seen.state, seen.waitingFor].filter(Boolean).join(' ');
};

describe.each(stands)('$name', ({ agent, waitingFor, screen }) => {
  test('a dialog of its own waits for somebody', () => {
    expect(say(agent, screen), screen.lines.join('\n').trimEnd()).toBe(`waiting ${waitingFor}`);
  });

  test('with something below it, it has been answered or is a quotation', () => {
    const lines = [...screen.lines.slice(2), 'It goes on.', ''];
    expect(say(agent, { ...screen, lines, cursor: { x: 0, y: lines.length - 1 } })).not.toMatch(/^(waiting|idle)/);
  });
});

test('an answer without a number is taken by the arrow that selects it, and by nothing where another one is selected', () => {
  const ask = stands.find(({ name }) => name === 'claude auto-approval at 80')!.screen;
  const found = askedOnScreen('claude', ask)!;
  expect(found).toMatchObject({
    ...{ tool: 'Bash', command: 'git push --force origin main; rm -rf ../other', whole: true },
    keys: { once: ['Down', 'Enter'], deny: ['Escape'] },
    asDrawn: ['once'],
  });
  // It is the same request, and its answer is refused then: the rows are not those that were drawn.
  const moved = ask.lines.map((line) => line.replace('❯ No', '  No').replace('   Yes', ' ❯ Yes'));
  const y = moved.findIndex((line) => line.includes('❯ Yes'));
  const again = askedOnScreen('claude', { ...ask, lines: moved, cursor: { x: 1, y } })!;
  expect(again.identity).toBe(found.identity);
  expect(again.keys).toEqual({ once: ['Enter'], deny: ['Escape'] });
});
