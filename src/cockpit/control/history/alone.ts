import type { Agent } from '../../../schema/agent.ts';
import type { ProjectState } from '../../../schema/state.ts';
import { keymapOf } from '../../selectors/keymap.ts';
import type { WriteDialog } from '../../store/dialogs.ts';
import type { Cockpit } from '../../store/model.ts';
import type { Reading } from '../../store/reading.ts';
import { createCockpitStore } from '../../store/store.ts';
import { createPainter } from '../../theme/paint.ts';
import type { Compositor, InputEvent, Terminal, Terminals } from '../../types.ts';
import type { Area } from '../../views/history/place.ts';
import { readingFoot, readingState, writeFoot } from '../../views/history/words.ts';
import { clean, fitRow, type Row, rowWidth, select, wrap } from '../../views/span.ts';
import type { Bridge } from '../bridge.ts';
import { writeKey } from '../dialogs/forms.ts';
import type { Press } from '../dialogs/step.ts';
import { writeLines } from './copy.ts';
import { queryKey, type ReadingBridge, read, wheelOver } from './keys.ts';
import { createReader, SHEET } from './reader.ts';

export interface AloneOptions {
  root: string;
  env: Record<string, string>;
  /** Whose screen fills the terminal. */
  agent: Agent;
  terminal: Terminal;
  compositor: Compositor;
  terminals: Terminals;
  call: Bridge['call'];
  /** The live screen is to be shown again. */
  onLive(): void;
}

/** Reads back where one agent fills the terminal and nothing stands around it, as tmux does: a line says where one is. */
export interface Alone {
  /** What is known of the project: where the agent's screen is. */
  know(project: ProjectState): void;
  /** True: these events were for reading back. The wheel upwards begins it. */
  take(event: InputEvent): boolean;
  /** Lays the history over the whole terminal; false: nobody reads back. */
  lay(): boolean;
  /** As `Reader.frame`. */
  frame(child: string): boolean;
  readonly reading: boolean;
  close(): void;
}

/** What is told may take so many rows: it names a file. */
const FOOT_ROWS = 3;

export function createAlone({ agent, terminal, compositor, terminals, onLive, ...rest }: AloneOptions): Alone {
  const store = createCockpitStore({ title: '', size: terminal.size, single: 'output', pinned: agent.id });
  const whole = () => ({ x: 0, y: 0, width: terminal.size.cols, height: terminal.size.rows });
  const surface = {
    get reserved() {
      return [{ agent: agent.id, rect: whole(), focused: false }];
    },
  };
  const painter = () => createPainter('mono', terminal.abilities.depth);
  const touch = () => compositor.touch(SHEET);
  const reader = createReader({ store, surface, terminals, call: rest.call, painter, touch });
  const bridge: ReadingBridge = { ...rest, store, terminal, reader };
  const lay = () => {
    const grid = reader.lay(agent.id, whole());
    if (grid) compositor.setTerminals([{ id: SHEET, ...whole(), grid, focused: true }]);
    return grid !== null;
  };
  const patch = (id: string, row: Row, at: { x: number; y: number }) =>
    compositor.patch(id, row.length ? { ...at, text: painter().row(select(row)) } : null);
  const undo = store.subscribe((state, before) => {
    const { reading } = state.ui;
    const { cols, rows } = terminal.size;
    const area = { width: cols, height: rows, live: reading?.live ?? 0 };
    const where: Row = reading ? [{ text: ' ' }, ...readingState(reading, area, cols < 60), { text: ' ' }] : [];
    patch('history where', where, { x: Math.max(0, cols - rowWidth(where)), y: 0 });
    const foot = reading ? footOf(state, reading, area).slice(0, FOOT_ROWS) : [];
    for (let back = 0; back < FOOT_ROWS; back++) {
      const row = foot[foot.length - 1 - back] ?? [];
      patch(`history foot ${back}`, row.length ? fitRow([{ text: ' ' }, ...row], cols) : [], {
        x: 0,
        y: rows - 1 - back,
      });
    }
    if (reading?.agent === before.ui.reading?.agent) return;
    if (!reading) return onLive();
    terminal.setModes(null);
    lay();
  });
  return {
    know: (project) => store.setData({ project, link: 'connected' }),
    take(event) {
      const { reading } = store.getState().ui;
      if (event.type === 'mouse') {
        if (event.kind !== 'press' || (event.button !== 'wheelUp' && event.button !== 'wheelDown'))
          return reading !== null;
        if (!writing(store.getState())) wheelOver(bridge, agent.id, event.button === 'wheelUp');
        return true;
      }
      if (!reading) return false;
      if (event.type === 'key' || event.type === 'paste') press(bridge, event);
      return true;
    },
    lay,
    frame: reader.frame,
    get reading() {
      return store.getState().ui.reading !== null;
    },
    close() {
      undo();
      reader.close();
    },
  };
}

/** What stands at the bottom: a message, the file that is asked for, or where one is. */
function footOf(state: Cockpit, reading: Reading, area: Area): Row[] {
  const dialog = writing(state);
  const told = dialog ? dialog.error : state.ui.toast?.text;
  if (told) return wrap(clean(told), area.width - 2).map((text) => [{ text }]);
  if (dialog) return [writeFoot(dialog, area.width - 2)];
  const asked: Row = reading.query ? [{ text: `/ ${clean(reading.query.field.text)}_  ` }] : [];
  return [[...asked, ...readingFoot(reading, area)]];
}

/** Enter goes back to typing; what means nothing here does nothing. */
function press(bridge: ReadingBridge, event: Extract<InputEvent, { type: 'key' | 'paste' }>) {
  const { store } = bridge;
  const state = store.getState();
  if (state.ui.toast) store.setUi({ toast: null });
  const given =
    event.type === 'key' ? { key: event.key, text: event.text } : { key: '', text: event.text, pasted: true };
  const dialog = writing(state);
  if (dialog) return writePress(bridge, dialog, given);
  if (state.ui.reading?.query) return queryKey(bridge, given);
  if (event.type !== 'key') return;
  if (event.key === 'Enter') return store.setUi({ reading: null });
  const intent = keymapOf(state).find(event.key, 'history')?.intent;
  if (intent?.type === 'read') read(bridge, intent.move);
}

/** The file that is asked for. */
function writing({ ui }: Cockpit): WriteDialog | undefined {
  const top = ui.dialogs.at(-1);
  return top?.kind === 'write' ? top : undefined;
}

function writePress(bridge: ReadingBridge, dialog: WriteDialog, press: Press) {
  const { store } = bridge;
  const { key, pasted } = press;
  if (!pasted && (key === 'Escape' || key === 'C-c' || key === 'C-g')) return store.closeDialog('write');
  const { dialog: next, effect } = writeKey(dialog, press);
  if (!next || next === dialog) return;
  store.changeDialog('write', next);
  if (effect) void writeLines(bridge, next);
}
