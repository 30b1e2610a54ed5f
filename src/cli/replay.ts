import { createCompositor } from '../cockpit/compositor/compositor.ts';
import { createGrid } from '../cockpit/grid/grid.ts';
import { openTerminal } from '../cockpit/tty/open.ts';
import type { Compositor, InputEvent, Terminal } from '../cockpit/types.ts';
import type { Size } from '../schema/agent.ts';
import { createFilm, type Film } from './replay-film.ts';
import { clockText, obey, type Playing, positionAt, type Timeline, wishOf } from './replay-timeline.ts';

/** How long (ms) the line at the bottom stands after a key, and at the beginning. */
const STATUS_MS = 3000;
/** Between two looks at the clock while it plays (ms). */
const FRAME_MS = 33;

export interface ReplayOptions {
  name: string;
  timeline: Timeline;
  size: Size;
  speed: number;
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  env: Record<string, string | undefined>;
}

interface Stage {
  terminal: Terminal;
  compositor: Compositor;
  grid: ReturnType<typeof createGrid>;
  film: Film;
}

/** The recorded screen in the upper left corner; what does not fit is cut around its cursor. */
function place({ terminal, compositor, grid }: Stage): void {
  const { cols, rows } = terminal.size;
  compositor.resize({ cols, rows });
  const width = Math.min(cols, grid.cols);
  const height = Math.min(rows, grid.rows);
  compositor.setTerminals([{ id: 'film', x: 0, y: 0, width, height, grid, focused: true }]);
}

function statusText({ terminal, grid }: Stage, options: ReplayOptions, playing: Playing, position: number): string {
  const { length } = options.timeline;
  const state = position >= length ? 'end' : playing.paused ? 'paused' : 'plays';
  const cut =
    grid.cols > terminal.size.cols || grid.rows > terminal.size.rows ? ` · cut from ${grid.cols}×${grid.rows}` : '';
  const speed = playing.speed === 1 ? '' : ` · ${playing.speed}×`;
  const keys = 'q leaves  Space pause  ←→ 5 s  . step  +- speed';
  return ` ${options.name}  ${state} ${clockText(position)}/${clockText(length)}${speed}${cut}   ${keys} `;
}

/** Whether the line at the bottom is shown: whenever nothing plays, and for a moment after each key. */
function createStatus(stage: Stage, options: ReplayOptions) {
  let until = performance.now() + STATUS_MS;
  return {
    touch() {
      until = performance.now() + STATUS_MS;
    },
    show(playing: Playing, position: number) {
      const { cols, rows } = stage.terminal.size;
      const still = playing.paused || position >= options.timeline.length;
      const visible = still || performance.now() < until;
      const text = statusText(stage, options, playing, position).slice(0, cols);
      stage.compositor.patch('status', visible ? { x: 0, y: rows - 1, text, style: '7', above: true } : null);
    },
  };
}

/**
 * Plays a recording full screen until the person leaves. What was recorded goes through our own emulator and compositor:
 * only cells reach the terminal, never the recorded sequences. The terminal is given back on every way out.
 */
export async function replay(options: ReplayOptions): Promise<void> {
  const { timeline, size, stdin, stdout, env } = options;
  const { createPlayer } = await import('../host/player.ts');
  const terminal = openTerminal({ stdin, stdout, env });
  const compositor = createCompositor(terminal);
  const film = createFilm(createPlayer, size, timeline);
  const stage: Stage = { terminal, compositor, grid: createGrid(size.cols, size.rows), film };
  const status = createStatus(stage, options);
  const over = Promise.withResolvers<void>();
  let playing: Playing = { position: 0, since: performance.now(), paused: false, speed: options.speed };
  let timer: NodeJS.Timeout | undefined;
  let soon: NodeJS.Immediate | undefined;

  const turn = () => {
    clearTimeout(timer);
    clearImmediate(soon);
    const position = positionAt(playing, performance.now(), timeline.length);
    if (!film.towards(position)) {
      // The film's clock waits for a long piece; keys are heard meanwhile.
      soon = setImmediate(turn);
      return;
    }
    const frame = film.frame();
    if (frame) {
      const { cols, rows } = stage.grid;
      stage.grid.apply(frame);
      if (stage.grid.cols !== cols || stage.grid.rows !== rows) place(stage);
      compositor.touch('film');
    }
    status.show(playing, position);
    if (!playing.paused && position < timeline.length) timer = setTimeout(turn, FRAME_MS);
  };
  terminal.onInput((events: InputEvent[]) => {
    for (const event of events) {
      const wish = event.type === 'key' ? wishOf(event.key) : null;
      if (!wish) continue;
      if (wish.do === 'leave') return over.resolve();
      playing = obey(playing, wish, performance.now(), timeline);
      status.touch();
    }
    turn();
  });
  terminal.onResize(() => {
    place(stage);
    turn();
  });
  terminal.onRepaint(() => compositor.invalidate());
  try {
    place(stage);
    turn();
    await over.promise;
  } finally {
    clearTimeout(timer);
    clearImmediate(soon);
    film.close();
    compositor.close();
    terminal.close();
  }
}
