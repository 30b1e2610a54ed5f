import type { HistoryMove } from '../../../core/commands/moves.ts';
import { inside, type Rect } from '../../../core/layout/rect.ts';
import { layoutOf } from '../../selectors/screen.ts';
import type { Ui } from '../../store/model.ts';
import type { Reading } from '../../store/reading.ts';
import type { CockpitStore } from '../../store/store.ts';
import type { Painter } from '../../theme/paint.ts';
import type { Grid, Terminals } from '../../types.ts';
import { type Area, endPlace } from '../../views/history/place.ts';
import type { Bridge } from '../bridge.ts';
import { childOf } from '../screens.ts';
import type { Surface } from '../surface.ts';
import { sentence } from '../wording.ts';
import { createDrawing } from './drawing.ts';
import { createLoading } from './loading.ts';
import { jumpTo, type Moved, move } from './move.ts';
import { PAGE, wantedPage } from './pages.ts';
import { screensOf } from './screens.ts';

/** Id under which the compositor lays it. */
export const SHEET = 'history';

export interface ReaderOptions {
  store: CockpitStore;
  surface: Pick<Surface, 'reserved'>;
  terminals: Terminals;
  call: Bridge['call'];
  painter(): Painter;
  /** The sheet was drawn anew. */
  touch(): void;
}

export interface StartReading extends Pick<Reading, 'agent' | 'name' | 'epoch' | 'back'> {
  resume?: boolean;
  /** A line to go to. */
  line?: number;
  /** A line to go to, with what else matches. */
  hits?: Reading['hits'];
  /** What is done once the first lines are here. */
  move?: HistoryMove;
}

/** Reads an agent's history in the place of its screen; one at a time. The state is `ui.reading`; this fetches and draws. */
export interface Reader {
  start(from: StartReading): void;
  /** Scrolls, selects, goes to a match. Movements before the first answer are done after it. */
  take(move: HistoryMove): void;
  /** Changes the state; null ends the reading. */
  change(next: (reading: Reading, area: Area) => Moved): void;
  /** The screen of the life that is read, or its last one once that is known. */
  live(reading: Pick<Reading, 'agent' | 'epoch'>): Grid | undefined;
  /** What is to be laid over this agent's rectangle instead of its screen; null: its screen. */
  lay(agent: string, rect: Rect): Grid | null;
  /** A frame of this child came; true: it must not be painted, since its history is shown in its place. */
  frame(child: string): boolean;
  close(): void;
}

/** What is done once the first lines are here: a line is gone to, then what was pressed meanwhile. */
interface First {
  moves: HistoryMove[];
  line: number | null;
}

export function createReader({ store, surface, terminals, call, painter, touch }: ReaderOptions): Reader {
  let first: First = { moves: [], line: null };
  const reading = () => store.getState().ui.reading;
  const screens = screensOf(store, terminals);
  const { live } = screens;
  const area = areas(store, surface);
  const change: Reader['change'] = (next) => {
    const now = reading();
    const after = now && next(now, area(now));
    if (after) store.setUi({ reading: after });
    else if (now) leave(store, now);
  };
  const take = (wanted: HistoryMove) => {
    if (reading()?.loading) first.moves.push(wanted);
    else change((now, where) => move(now, wanted, where));
  };
  const drawing = createDrawing({ reading, screens, change, painter, touch });
  const taken = (isFirst: boolean) => {
    if (isFirst) arrive();
    drawing.draw();
  };
  const arrive = () => {
    const { line } = first;
    if (line !== null) change((now, where) => jumpTo(now, line, where));
    first.moves.splice(0).forEach(take);
  };
  const words = (error: unknown) => sentence(error, store.getState());
  const loading = createLoading({ reading, change, screens, call, words, taken });
  const undo = store.subscribe(({ ui }, before) => {
    const now = ui.reading;
    if (now && isOver(ui)) return store.setUi({ reading: null });
    if (now === before.ui.reading) return;
    if (!now) return drawing.end();
    const wanted = wantedPage(now, area(now));
    if (wanted) loading.ask({ ...wanted, jump: true });
    drawing.draw();
  });
  return {
    start({ move: wanted, line: goal, ...from }) {
      const line = goal ?? from.hits?.matches[from.hits.at]?.line;
      first = { moves: wanted ? [wanted] : [], line: line ?? null };
      const begun = { ...blank, ...from, live: live(from)?.rows ?? 0 };
      show(store, { ...begun, top: endPlace(begun, area(begun)) });
      loading.ask({ from: line === undefined ? null : Math.max(1, line - PAGE / 2), count: PAGE, jump: true });
    },
    take,
    change,
    live,
    lay: drawing.lay,
    frame(child) {
      const shows = childOf(store.getState().data.project, reading()?.agent ?? '')?.child === child;
      if (shows) loading.soon();
      return shows;
    },
    close() {
      undo();
      loading.close();
    },
  };
}

function show(store: CockpitStore, reading: Reading) {
  const { single } = store.getState().ui;
  const selected = reading.agent;
  store.setUi({ reading, view: 'output', selected, typing: false, toast: null, focus: single ?? 'output' });
}

const blank = {
  life: null,
  hits: null,
  resume: false,
  loading: true,
  first: 1,
  total: 0,
  lines: [],
  seen: 0,
  top: { tail: 0 },
  marks: null,
  selection: null,
  query: null,
  note: null,
  error: null,
} satisfies Partial<Reading>;

/** Somebody looks at another agent, or types to this one. */
const isOver = ({ reading, selected, typing }: Ui): boolean => selected !== reading?.agent || typing;

/** Where it stands; before it has been drawn, where it will. */
function areas(store: CockpitStore, surface: Pick<Surface, 'reserved'>): (reading: Reading) => Area {
  return ({ agent, live }) => {
    const placed = surface.reserved.find((one) => one.agent === agent)?.rect;
    const pane = layoutOf(store.getState()).panes.find(({ id }) => id === 'output')?.rect;
    const { width, height } = placed ?? (pane ? inside(pane) : { width: 80, height: 24 });
    return { width: Math.max(1, width), height: Math.max(1, height), live };
  };
}

/** Back to where it came from. */
function leave(store: CockpitStore, { back, resume }: Reading) {
  const view = back === 'search' ? { view: 'search' as const } : {};
  store.setUi({ reading: null, typing: resume && back === 'live', ...view });
}
