import { describe, expect, test } from 'vitest';
import { withRules } from '../../src/core/detect/data.ts';
import { bookOf } from '../../src/core/detect/index.ts';
import { detectorOf } from '../../src/core/detect/read.ts';
import type { RulesFile } from '../../src/schema/detect.ts';
import { moments, recordings } from '../support/recorded.ts';

const file = (over: Partial<RulesFile> = {}): RulesFile => ({
  version: 7,
  seen: '9.9',
  rules: [{ id: 'own', in: 'input', foot: 'coffee', says: 'waiting', waitingFor: 'input', detail: 'it wants coffee' }],
  ...over,
});
const screen = (lines: string[], y: number) => ({ lines, cursor: { x: 0, y }, title: '' });

describe('rules of a file', () => {
  test('of a runtime without any read the row of the cursor and what stands around it', () => {
    const detect = detectorOf(withRules('aider', file(), undefined));
    expect(detect(screen(['> ', 'more coffee'], 0))).toEqual({
      state: 'waiting',
      detail: 'it wants coffee',
      waitingFor: 'input',
    });
    expect(detect(screen(['coffee', '> '], 1))).toBeNull();
  });

  test('come before the built-in ones, or in their place; the zone stays what the program draws', () => {
    const idle = moments(recordings().find(({ agent, cols }) => agent === 'claude' && cols === 80)!).find(
      ({ truth, stood }) => truth === 'idle' && stood > 1500,
    )!.screen;
    const base = bookOf('claude');
    const first = file({ rules: [{ id: 'own', in: 'input', says: 'unknown', detail: 'never sure' }] });
    expect(detectorOf(withRules('claude', first, base))(idle)).toMatchObject({
      state: 'unknown',
      detail: 'never sure',
    });
    const never = file({ rules: [{ id: 'own', in: 'input', text: '^never$', says: 'running', detail: 'x' }] });
    expect(detectorOf(withRules('claude', never, base))(idle)?.state).toBe('idle');
    expect(detectorOf(withRules('claude', { ...never, instead: true }, base))(idle)).toBeNull();
    expect(withRules('claude', never, base)).toMatchObject({ version: 7, seen: '9.9' });
  });
});
