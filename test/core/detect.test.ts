import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { detectors } from '../../src/core/detect/index.ts';
import type { Detected, Screen } from '../../src/core/detect/types.ts';

// Recorded from the demo agent itself: RECORD_SCREENS=FOLDER npx vitest run test/demo/demo.test.ts
const folder = join(import.meta.dirname, '../fixtures/demo');
const recorded = readdirSync(folder).map((name) => ({
  name,
  screen: JSON.parse(readFileSync(join(folder, name), 'utf8')) as Screen & { seen: Detected },
}));
const STATES: Record<string, string> = { ready: 'idle', working: 'running', asks: 'waiting', waits: 'waiting' };

describe('screens of the demo agent', () => {
  const detect = detectors.demo!;

  test.each(recorded)('$name', ({ name, screen }) => {
    expect(detect(screen)).toEqual(screen.seen);
    expect(screen.seen.state).toBe(STATES[/^\w+/.exec(name)![0]]);
  });

  test.each(recorded)('$name proves nothing once something else is printed or typed below', ({ screen }) => {
    const lines = screen.lines.slice(0, screen.lines.findLastIndex((line) => line !== '') + 1);
    expect(detect({ ...screen, lines: [...lines, 'more'] })).toBeNull();
    expect(detect({ ...screen, cursor: { x: 0, y: lines.length } })).toBeNull();
    for (const cut of [[], [''], lines.slice(0, -1)]) expect(detect({ ...screen, lines: cut })).toBeNull();
  });
});
