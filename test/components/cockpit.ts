// A cockpit on an emulated terminal: what is written to the person's terminal is parsed by a real emulator and read off it.
import xterm from '@xterm/headless';
import { draw } from '../../components/draw.tsx';
import type { CockpitOptions } from '../../src/cockpit/control/cockpit.ts';
import { openCockpit } from '../../src/cockpit/control/cockpit.ts';
import { createGrid } from '../../src/cockpit/grid/grid.ts';
import type { Data } from '../../src/cockpit/store/model.ts';
import type { Grid, InputEvent, Terminal, Terminals } from '../../src/cockpit/types.ts';
import type { Size } from '../../src/schema/agent.ts';

const NONE = { shift: false, alt: false, ctrl: false };
const TEXT: Record<string, string> = { Space: ' ' };

export function emulator(size: Size, depth: 1 | 4 | 8 | 24 = 8) {
  const screen = new xterm.Terminal({ ...size, allowProposedApi: true });
  // As openTerminal does: the alternate screen has no scrollback that a resize could pull from.
  screen.write('\x1b[?1049h');
  const inputs = new Set<(events: InputEvent[]) => void>();
  const resizes = new Set<(size: Size) => void>();
  const copied: string[] = [];
  const listen = <T>(set: Set<T>, one: T) => {
    set.add(one);
    return () => void set.delete(one);
  };
  let pending = 0;
  const terminal: Terminal = {
    get size() {
      return { cols: screen.cols, rows: screen.rows };
    },
    abilities: { depth, atomic: true, erasesWithBackground: true },
    colorDepth: depth,
    background: null,
    write(bytes) {
      pending++;
      screen.write(bytes, () => pending--);
      return true;
    },
    backlog: 0,
    onDrain: () => () => {},
    onInput: (listener) => listen(inputs, listener),
    onResize: (listener) => listen(resizes, listener),
    onRepaint: () => () => {},
    setModes() {},
    setMouse() {},
    setTitle() {},
    bell() {},
    copy: (text) => void copied.push(text),
    notify() {},
    suspend() {},
    lend: async () => null,
    close() {},
  };
  return {
    terminal,
    copied,
    send(...events: InputEvent[]) {
      for (const listener of inputs) listener(events);
    },
    resize(to: Size) {
      screen.resize(to.cols, to.rows);
      for (const listener of resizes) listener(to);
    },
    get settled() {
      return pending === 0;
    },
    rows: () => Array.from({ length: screen.rows }, (_, y) => screen.buffer.active.getLine(y)!.translateToString(true)),
    /** SGR facts of one cell. */
    cell: (x: number, y: number) => screen.buffer.active.getLine(y)!.getCell(x)!,
    cursor: () => ({ x: screen.buffer.active.cursorX, y: screen.buffer.active.cursorY }),
  };
}

/**
 * Screens that are reached but still blank, and what was typed to them: panes and dialogs are what is looked at. With `coming` they
 * are not reached before `come`.
 */
export function blankScreens(): Terminals & { typed: string[]; coming: boolean; come(): void } {
  const typed: string[] = [];
  const grids = new Map<string, Grid>();
  const listeners = new Set<Parameters<Terminals['onChange']>[0]>();
  let coming = false;
  return {
    typed,
    set coming(on: boolean) {
      coming = on;
    },
    get coming() {
      return coming;
    },
    come() {
      coming = false;
      for (const child of grids.keys()) for (const listener of listeners) listener(child, 'state');
    },
    show(children) {
      for (const { child } of children) if (!grids.has(child)) grids.set(child, createGrid());
    },
    grid: (child) => grids.get(child),
    state: (child) => (grids.has(child) ? (coming ? 'connecting' : 'live') : undefined),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    input: (child, bytes) => void (coming || typed.push(`${child} ${Buffer.from(bytes).toString()}`)),
    resize() {},
    close() {},
  };
}

export const key = (name: string): InputEvent => {
  const text = TEXT[name] ?? ([...name].length === 1 ? name : null);
  return { type: 'key', key: name, text, bytes: Buffer.from(text ?? `<${name}>`) };
};
export const paste = (text: string): InputEvent => ({
  type: 'paste',
  text,
  first: true,
  last: true,
  bytes: Buffer.from(`\x1b[200~${text}\x1b[201~`),
});
export const click = (x: number, y: number): InputEvent[] =>
  (['press', 'release'] as const).map((kind) => ({
    type: 'mouse',
    kind,
    button: 'left',
    x,
    y,
    mods: NONE,
    bytes: Buffer.from('M'),
  }));

/** A drawn cockpit whose mirror holds `data`; no daemon. */
export function drawn(size: Size, data: Partial<Data>, view?: CockpitOptions['view']) {
  const screen = emulator(size);
  const terminals = blankScreens();
  const cockpit = openCockpit({ root: '/tmp/shop-api', env: {}, terminal: screen.terminal, terminals, view });
  const { store } = cockpit.bridge;
  store.setData(data);
  let renders = 0;
  const undraw = draw(cockpit, () => renders++);
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return {
    screen,
    terminals,
    store,
    cockpit,
    get renders() {
      return renders;
    },
    /** Waits until what was asked for is painted and parsed. */
    async settle() {
      // A frame is due within FRAME_MS; three quiet turns after it mean that nothing follows.
      for (let quiet = 0, seen = renders; quiet < 3; quiet = renders === seen && screen.settled ? quiet + 1 : 0) {
        seen = renders;
        await new Promise((resolve) => setTimeout(resolve, 40));
        await turn();
      }
      return screen.rows();
    },
    async press(...names: string[]) {
      for (const name of names) screen.send(key(name));
      return this.settle();
    },
    close() {
      undraw();
      cockpit.close();
    },
  };
}
