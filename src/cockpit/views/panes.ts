import { MIN_SIZE } from '../../core/layout/layout.ts';
import { inside, type Rect } from '../../core/layout/rect.ts';
import { isStructured } from '../../core/structured.ts';
import type { Agent, Size } from '../../schema/agent.ts';
import { childId } from '../../schema/plain.ts';
import { keymapOf } from '../selectors/keymap.ts';
import { worstOf } from '../selectors/review/collisions.ts';
import { layoutOf } from '../selectors/screen.ts';
import { selectedAgent, sessionRows, tiledAgents } from '../selectors/sessions.ts';
import { isRun, runInOutput } from '../selectors/workflows/runs.ts';
import type { Cockpit } from '../store/model.ts';
import type { Reading } from '../store/reading.ts';
import { emptyView, noScreenView } from './empty.ts';
import { frame } from './frame.ts';
import { readingFoot, readingState } from './history/words.ts';
import { keyLabel } from './keys.ts';
import { borderTone, noScreen, outputFoot, outputState, outputTitle, tabSpans } from './output.ts';
import { clickedPlace, sessionsView, windowTop } from './sessions.ts';
import { clean, line, type Row, rowWidth } from './span.ts';
import { STATES } from './states.ts';
import type { Moving, View } from './view.ts';
import { runPane } from './workflows/pane.ts';
import { runTile } from './workflows/tile.ts';

type Area = Pick<Rect, 'width' | 'height'>;

/** The list of agents in its frame. */
export function sessionsPane(state: Cockpit, { width, height }: Area, now: number): View {
  const { ui, data } = state;
  const rows = sessionRows(state);
  const selected = selectedAgent(state)?.id ?? null;
  const area = { width: Math.max(0, width - 2), height: Math.max(0, height - 2) };
  const place = clickedPlace(ui, 'sessions', selected);
  const list = sessionsView({ rows, selected, place, ...area, now, worst: (agent) => worstOf(state, agent, null) });
  const tabs = layoutOf(state).tabs.length > 0;
  const title: Row = tabs ? tabSpans(state) : line(rows.length ? `Sessions ${rows.length}` : 'Sessions', 'strong');
  const right: Row = ui.filter ? [{ text: `filter: ${clean(ui.filter)}`, tone: 'key' }] : [];
  const more = rows.length > area.height ? line(`${rows.length} in all`, 'dim') : [];
  const body = rows.length ? list.rows : noSessions(state, data.project !== null, tabs, area);
  return {
    rows: frame({
      width,
      height,
      title,
      right,
      foot: more,
      tone: borderTone(ui.focus === 'sessions', false),
      rows: body,
    }),
    moving: list.moving.map((one) => ({ ...one, x: one.x + 1, y: one.y + 1 })),
  };
}

/** Where the list is the whole screen it teaches; beside the output pane, which teaches, it only points. */
function noSessions(state: Cockpit, known: boolean, whole: boolean, { width, height }: Area): Row[] {
  if (state.ui.filter)
    return noScreenView(`No session fits "${clean(state.ui.filter)}". Esc clears the filter.`, width);
  if (!known) return noScreenView('Starting…', width);
  if (whole || state.ui.single) return emptyView(state, keymapOf(state), width, height);
  return noScreenView(`None yet: ${keyLabel(keymapOf(state).keysOf('new')[0] ?? ':')} starts one.`, width);
}

export interface OutputPane {
  rows: Row[];
  /** Id of the agent whose screen is to be laid in, or null. */
  agent: string | null;
  /** Keys go to it. */
  typing: boolean;
  moving: Moving[];
}

/** The frame around the selected agent's screen; what is said in it when there is none. */
export function outputPane(state: Cockpit, { width, height }: Area, now: number): OutputPane {
  const { reading } = state.ui;
  if (reading) return readingPane(state, reading, { width, height });
  const agent = selectedAgent(state);
  const keymap = keymapOf(state);
  const typing = state.ui.typing && agent !== null;
  const key = (id: string) => keyLabel(keymap.keysOf(id)[0] ?? ':');
  const run = runInOutput(state);
  const shown = run && runPane(state, run, { width: Math.max(1, width - 2), height: Math.max(1, height - 2) }, now);
  const talks = agent !== null && isStructured(agent) && !run;
  const said =
    agent && !talks && !run
      ? noScreen(agent, screenOf(state, agent), keyLabel(keymapOf(state).keysOf('history')[0] ?? ':'))
      : null;
  const rows = frame({
    width,
    height,
    title: outputTitle(state, agent, layoutOf(state)),
    right: outputState(agent, typing, key('leave')),
    foot: run ? [] : outputFoot(agent, key('restart')),
    tone: borderTone(state.ui.focus === 'output', typing),
    rows: shown
      ? shown.rows
      : agent
        ? said
          ? noScreenView(said, width - 2)
          : []
        : nobody(state, width - 2, height - 2),
  });
  const laid = !run && (agent?.host || talks) ? agent!.id : null;
  return { rows, agent: laid, typing, moving: shown?.moving ?? [] };
}

/** Corners, blanks and the least rule between both ends of a title. */
const TITLE_GAPS = 8;

/** The frame around what an agent printed before; the rows in it are laid by the compositor, as screens are. */
function readingPane(state: Cockpit, reading: Reading, { width, height }: Area): OutputPane {
  const agent = state.data.project?.agents[reading.agent] ?? null;
  const area = { width: Math.max(1, width - 2), height: Math.max(1, height - 2), live: reading.live };
  const tabs: Row = layoutOf(state).tabs.length ? [...tabSpans(state), { text: ' · ' }] : [];
  const name: Row = [...tabs, { text: clean(reading.name), tone: 'strong' }];
  const whole = agent ? outputTitle(state, agent, layoutOf(state)) : name;
  // Where one is matters more than the branch, the time less than both.
  const rights = [readingState(reading, area, false), readingState(reading, area, true)];
  const pairs = rights.flatMap((right) => [whole, name].map((title) => ({ title, right })));
  const fits = pairs.find(({ title, right }) => rowWidth(title) + rowWidth(right) + TITLE_GAPS <= width);
  const rows = frame({
    width,
    height,
    ...(fits ?? pairs.at(-1)!),
    foot: readingFoot(reading, area),
    tone: borderTone(state.ui.focus === 'output', state.ui.focus === 'output'),
    rows: [],
  });
  return { rows, agent: reading.agent, typing: false, moving: [] };
}

function nobody(state: Cockpit, width: number, height: number): Row[] {
  const { ui, data } = state;
  if (!data.project) return noScreenView('Starting…', width);
  if (ui.pinned !== null) return noScreenView(`There is no agent ${clean(ui.pinned)} any more.`, width);
  if (ui.filter) return noScreenView('No session is selected.', width);
  return emptyView(state, keymapOf(state), width, height);
}

const screenOf = (state: Cockpit, agent: Agent) => state.data.screens[childId(agent)];

export interface TilePane {
  rect: Rect;
  rows: Row[];
  agent: string;
  /** Its screen or conversation is to be laid in; that of a run is all in `rows`. */
  laid: boolean;
  typing: boolean;
}

/** A frame per tile; of more agents than tiles, the window around the selected one. */
export function tilePanes(state: Cockpit, rects: readonly Rect[], now: number): TilePane[] {
  const agents = tiledAgents(state);
  const selected = selectedAgent(state);
  const index = agents.findIndex((agent) => agent.id === selected?.id);
  const place = clickedPlace(state.ui, 'tiles', selected?.id ?? null);
  const top = windowTop(agents.length, rects.length, Math.max(0, index), place);
  const leave = keyLabel(keymapOf(state).keysOf('leave')[0] ?? 'C-]');
  return agents.slice(top, top + rects.length).map((agent, place) => {
    const rect = rects[place]!;
    const isSelected = agent.id === selected?.id;
    const typing = isSelected && state.ui.typing;
    const { glyph, tone } = STATES[agent.status.state];
    const reading = state.ui.reading?.agent === agent.id ? state.ui.reading : null;
    const run = !reading && isRun(agent);
    const said =
      reading || isStructured(agent)
        ? null
        : noScreen(agent, screenOf(state, agent), keyLabel(keymapOf(state).keysOf('history')[0] ?? ':'));
    const { width, height } = inside(rect);
    const area = { width: Math.max(1, width), height: Math.max(1, height), live: reading?.live ?? 0 };
    const title: Row = [
      { text: isSelected ? '▸' : ' ', tone: 'focus' },
      { text: `${glyph} `, tone },
      { text: clean(agent.name), tone: 'strong' },
    ];
    const hidden = agents.length - rects.length;
    const foot = hidden > 0 && place === rects.length - 1 ? line(`${hidden} more: j, k`, 'dim') : [];
    const rows = frame({
      width: rect.width,
      height: rect.height,
      title,
      right: reading ? readingState(reading, area, width < 60) : outputState(agent, typing, leave),
      foot: reading ? readingFoot(reading, area) : foot,
      tone: borderTone(isSelected, typing || reading !== null),
      rows: run ? runTile(state, agent, area, now) : said ? noScreenView(said, area.width) : [],
    });
    return { rect, rows, agent: agent.id, laid: !run, typing };
  });
}

/** All that is drawn on a screen that is too small. */
export const smallRow = ({ cols, rows }: Size): string =>
  `${cols}×${rows} is too small; needs ${MIN_SIZE.cols}×${MIN_SIZE.rows}`.slice(0, cols);
