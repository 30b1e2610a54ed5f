import { describe, expect, test } from 'vitest';
import { withRules } from '../../src/core/detect/data.ts';
import { interactiveShell } from '../../src/core/foreground.ts';
import { type Observed, observe, observeStart, type Signal } from '../../src/core/observe.ts';
import type { HostEvent, HostPulse } from '../../src/schema/host.ts';

const CLAUDE = [
  { starts: '◐', state: 'running' as const },
  { starts: '✳', state: 'unknown' as const, note: 'idle, or it asks' },
];

const pulse = (at: number, over: Partial<HostPulse> = {}): Signal => ({
  type: 'pulse',
  pulse: {
    child: 'c',
    outputAt: at,
    bytes: 10,
    lines: [],
    cursor: { x: 0, y: 0, visible: true, shape: 'block', blink: false },
    settled: true,
    foreground: null,
    ...over,
  },
});
const host = (event: HostEvent): Signal => ({ type: 'host', event });
const mark = (mark: 'A' | 'B' | 'C' | 'D', exitCode: number | null = null) => host({ type: 'mark', mark, exitCode });
const progress = (state: number) => host({ type: 'progress', state, value: 0 });

/** Plays signals at their times, ticking whenever it was asked to in between; returns what was said, as `time state`. */
function watch(start: Partial<Parameters<typeof observeStart>[0]>, signals: [number, Signal][], end = 0) {
  const said: string[] = [];
  const details: string[] = [];
  let seen: Observed = {
    memory: observeStart({ runtime: 'command', argv: ['agent'], startedAt: 0, stalledAfter: 600_000, ...start }),
    recheckAt: null,
  };
  let ticks = 0;
  const step = (signal: Signal, at: number) => {
    seen = observe(seen.memory, signal, at);
    if (!seen.status) return;
    said.push(`${at} ${seen.status.state}`);
    details.push(seen.status.evidence.detail);
  };
  const tickUntil = (at: number) => {
    while (seen.recheckAt !== null && seen.recheckAt < at) {
      expect(++ticks).toBeLessThan(100);
      step({ type: 'tick' }, seen.recheckAt);
    }
  };
  step({ type: 'tick' }, 0);
  for (const [at, signal] of signals) {
    tickUntil(at);
    step(signal, at);
  }
  tickUntil(end);
  return { said, details, last: seen };
}

describe('a shell', () => {
  const shell = { argv: ['/bin/bash', '-i'] };

  test('is idle at its prompt and running while a program has its terminal', () => {
    const { said, details, last } = watch(
      shell,
      [
        [100, pulse(90, { foreground: 'bash' })],
        [5000, pulse(4990, { foreground: 'vim' })],
        [60_000, pulse(59_990, { foreground: 'bash' })],
      ],
      100_000,
    );
    expect(said).toEqual(['0 running', '500 idle', '5000 running', '60400 idle']);
    expect(details.slice(1)).toEqual([
      'its shell is in the foreground',
      'vim is in the foreground',
      'its shell is in the foreground',
    ]);
    expect(last.recheckAt).toBeNull();
  });

  test('does not flicker between two commands', () => {
    const { said } = watch(
      shell,
      [
        [100, pulse(90, { foreground: 'make' })],
        [200, pulse(190, { foreground: 'bash' })],
        [300, pulse(290, { foreground: 'make' })],
        [500, pulse(490, { foreground: 'bash' })],
        [600, pulse(590, { foreground: 'make' })],
      ],
      700,
    );
    expect(said).toEqual(['0 running', '100 running']);
  });

  test('believes its own marks, but never a prompt mark while vim is in front', () => {
    const { said, details } = watch(
      shell,
      [
        [100, mark('A')],
        [1000, mark('C')],
        [2000, mark('D', 2)],
        [2100, pulse(2090, { foreground: 'vim' })],
      ],
      5000,
    );
    expect(said).toEqual(['0 running', '500 idle', '1000 running', '2100 running']);
    expect(details.at(-1)).toBe('vim is in the foreground');
    expect(watch(shell, [[0, mark('D', 2)]], 1000).details.at(-1)).toBe('its last command ended with exit code 2');
  });

  test('is not thought busy for a progress that its program left behind', () => {
    const signals: [number, Signal][] = [
      [100, progress(1)],
      [200, pulse(190, { foreground: 'bash' })],
    ];
    expect(watch(shell, signals, 5000).said.at(-1)).toBe('600 idle');
  });

  test.each([
    [['/bin/bash'], 'bash'],
    [['-zsh'], 'zsh'],
    [['bash', '-l', '-i'], 'bash'],
    [['bash', '-c', 'sleep 9'], null],
    [['bash', '-lc', 'sleep 9'], null],
    [['sh', 'build.sh'], null],
    [['vim'], null],
  ])('%j: the person types to %j', (argv, name) => {
    expect(interactiveShell(argv)).toBe(name);
  });

  test('that runs a script is busy itself: its own name in the foreground proves nothing', () => {
    const { said } = watch({ argv: ['bash', 'build.sh'] }, [[100, pulse(90, { foreground: 'bash' })]], 60_000);
    expect(said.some((one) => one.endsWith('idle'))).toBe(false);
  });
});

describe('any program', () => {
  test('prints, falls silent, and is then unknown: never idle', () => {
    const { said, details, last } = watch(
      {},
      [
        [1000, pulse(1000)],
        [2500, pulse(2500)],
      ],
      60_000,
    );
    expect(said).toEqual(['0 running', '1000 running', '5150 unknown']);
    expect(details.at(-1)).toBe('it stopped printing, and nothing says why');
    expect(last.recheckAt).toBeNull();
  });

  test('that printed nothing at all is unknown after two seconds', () => {
    expect(watch({}, [], 60_000).said).toEqual(['0 running', '2400 unknown']);
  });

  test('that prints every five seconds does not flicker', () => {
    const signals = Array.from({ length: 20 }, (_, i): [number, Signal] => [(i + 1) * 5000, pulse((i + 1) * 5000)]);
    const { said } = watch({}, signals, 100_000);
    expect(said.filter((one) => one.endsWith('unknown')).length).toBeLessThanOrEqual(2);
  });

  test('a bell is no state, but it is said with the silence', () => {
    const { said, details } = watch(
      {},
      [
        [1000, pulse(1000)],
        [1010, host({ type: 'bell' })],
      ],
      60_000,
    );
    expect(said.at(-1)).toMatch(/unknown$/);
    expect(details.at(-1)).toContain('it rang');
  });

  test('works while it reports progress, and is stalled when it prints nothing for ten minutes', () => {
    const { said, details, last } = watch(
      {},
      [
        [1000, pulse(1000)],
        [1000, progress(3)],
      ],
      3_600_000,
    );
    expect(said).toEqual(['0 running', '1000 running', '1000 running', '601000 stalled']);
    expect(details.at(-1)).toBe('it reports progress, but it printed nothing for 10 min');
    expect(last.recheckAt).toBeNull();
    expect(observe(last.memory, pulse(3_700_000), 3_700_000).status?.state).toBe('running');
    const soon = watch({ stalledAfter: 2000 }, [[1000, progress(3)]], 60_000);
    expect(soon.details.at(-1)).toBe('it reports progress, but it printed nothing for 2 s');
    expect(watch({ stalledAfter: null }, [[1000, progress(3)]], 3_600_000).said.at(-1)).toBe('1000 running');
  });

  test.each([0, 2, 4])('progress state %d is no proof of work', (state) => {
    expect(
      watch(
        {},
        [
          [1000, pulse(1000)],
          [1000, progress(state)],
        ],
        60_000,
      ).said.at(-1),
    ).toMatch(/unknown$/);
  });
});

test('a rule that holds for a while only says nothing once nothing more was printed for so long', () => {
  const file = { version: 1, seen: '1' };
  const rule = { id: 'typing', in: 'input', text: '^> ', says: 'idle', forMs: 800, detail: 'keys' } as const;
  const book = withRules('typed', { ...file, rules: [rule] }, undefined);
  const typed = (at: number, text: string) => [at, pulse(at, { lines: [`> ${text}`] })] as [number, Signal];
  const { said } = watch({ book }, [typed(3000, 'f'), typed(3500, 'fi'), typed(4200, 'fix it')], 9000);
  expect(said).toEqual(['0 running', '2400 unknown', '3400 idle', '5000 running', '6600 unknown']);
});

describe('titles', () => {
  test('say only what their rules declare', () => {
    const { said, details } = watch(
      { titles: CLAUDE },
      [
        [100, host({ type: 'title', title: '◐ Claude Code' })],
        [9000, host({ type: 'title', title: '✳ Claude Code' })],
      ],
      20_000,
    );
    expect(said).toEqual(['0 running', '100 running', '9400 unknown']);
    expect(details.at(-1)).toBe('title "✳ Claude Code": idle, or it asks');
    expect(watch({}, [[100, host({ type: 'title', title: '◐ x' })]], 20_000).said.at(-1)).toMatch(/unknown$/);
  });

  test('known from before are judged at once', () => {
    expect(watch({ titles: CLAUDE, title: '◐ Claude Code' }, []).details).toEqual(['title "◐ Claude Code"']);
  });
});

describe('the demo agent', () => {
  const screen = (lines: string[], y: number) =>
    pulse(1000, { lines, cursor: { x: 2, y, visible: true, shape: 'block', blink: false } });
  const see = (lines: string[], y: number) =>
    watch({ runtime: 'demo' }, [[1000, screen(lines, y)]], 1900).last.memory.said;

  test('says itself what it does, in the line below its input', () => {
    expect(see(['hello', '> ', 'ready · demo agent — scripted, no model'], 1)).toMatchObject({ state: 'idle' });
    expect(see(['> ', 'working · demo agent — scripted'], 0)).toMatchObject({
      state: 'running',
      evidence: { source: 'prompt' },
    });
    expect(see(['? Run npm test? (y/n)', '> ', 'asks · demo agent', '', ''], 1)).toEqual({
      state: 'waiting',
      waitingFor: 'approval',
      evidence: { source: 'prompt', detail: 'it asks: Run npm test? (y/n)' },
    });
    expect(see(['> ', 'waits · demo agent'], 0)).toMatchObject({ state: 'waiting', waitingFor: 'input' });
  });

  test('rests since its screen was drawn so, not since that was told', () => {
    const cursor = { x: 2, y: 0, visible: true, shape: 'block' as const, blink: false };
    const busy = pulse(1000, { lines: ['> ', 'working · demo agent'], cursor, settled: false });
    const rest = (drawn: number) => pulse(drawn, { lines: ['> ', 'ready · demo agent'], cursor });
    const said = (told: number, drawn: number) =>
      watch(
        { runtime: 'demo' },
        [
          [1000, busy],
          [told, rest(drawn)],
        ],
        9000,
      ).said.at(-1);
    expect(said(5160, 5000)).toBe('5400 idle');
    // A pulse that was long on its way is believed at once, and a clock that is ahead helps nobody.
    expect(said(5700, 5000)).toBe('5700 idle');
    expect(said(5000, 6000)).toBe('5400 idle');
  });

  test('is not believed when the words stand elsewhere', () => {
    expect(see(['ready · demo agent', 'more'], 1)).toMatchObject({ state: 'running', evidence: { source: 'output' } });
    expect(see(['> ', 'ready · demo agent'], 1)).toMatchObject({ evidence: { source: 'output' } });
  });
});
