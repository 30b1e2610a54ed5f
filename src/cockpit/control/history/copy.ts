import { writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { screenLines } from '../../../core/screen-lines.ts';
import { BooError, errnoOf, messageOf } from '../../../util/errors.ts';
import { rowText } from '../../grid/text.ts';
import { field, type WriteDialog } from '../../store/dialogs.ts';
import type { Reading } from '../../store/reading.ts';
import type { Grid } from '../../types.ts';
import { plural } from '../../views/numbers.ts';
import { clean } from '../../views/span.ts';
import { sentence } from '../wording.ts';
import type { ReadingBridge } from './keys.ts';

/** Most that is put into a clipboard, in UTF-16 units: terminals drop longer OSC 52 sequences without a word. */
const MOST_COPIED = 500_000;
/** Lines asked for at a time: what `agent.history` gives at most. */
const CHUNK = 10_000;

type Source = Pick<Reading, 'agent' | 'epoch' | 'total'>;

/** The lines from … to as they were printed, folded ones whole; those below the newest line are rows of the live screen. */
async function linesOf(bridge: ReadingBridge, source: Source, from: number, to: number): Promise<string[]> {
  const lines: string[] = [];
  const { agent, epoch, total } = source;
  const last = Math.min(to, total);
  for (let start = from; start <= last; ) {
    const count = Math.min(CHUNK, last - start + 1);
    const page = await bridge.call('agent.history', { agent, epoch, from: start, count, styled: false });
    if (page.lines.length === 0) break;
    lines.push(...page.lines.filter((one) => one.line <= last).map((one) => one.text.trimEnd()));
    start = page.lines.at(-1)!.line + 1;
  }
  const grid = to > total ? bridge.reader.live(source as Reading) : undefined;
  return grid
    ? [...lines, ...(await liveLines(bridge, agent, grid, Math.max(0, from - total - 1), to - total))]
    : lines;
}

/** Rows [from, end) of the live screen as lines. Which of them go on is known only of a screen that is still the one that is seen. */
async function liveLines({ call }: ReadingBridge, agent: string, grid: Grid, from: number, end: number) {
  const rows = Array.from({ length: grid.rows }, (_, y) => rowText(grid, y));
  const seen = rows.slice(from, end);
  const screen = await call('agent.screen', { agent, ansi: false }).catch(() => undefined);
  if (!screen || screen.size.cols !== grid.cols || rows.some((row, y) => screen.lines[y] !== row)) return seen;
  const { wrapped = [], open, size } = screen;
  const shown = { lines: seen, ansi: null, wrapped: wrapped.slice(from, end), size };
  return screenLines({ ...shown, open: from === 0 ? open : '' }, seen.length).map(({ text }) => text);
}

const rangeOf = ({ selection }: Reading) =>
  selection && { from: Math.min(selection.from, selection.to), to: Math.max(selection.from, selection.to) };

const NOTHING = 'nothing is selected: v begins a selection';

/** The selected lines into the clipboard; the selection ends when that has worked. */
export async function copySelection(bridge: ReadingBridge): Promise<void> {
  const { store, reader, terminal } = bridge;
  const { reading } = store.getState().ui;
  const range = reading && rangeOf(reading);
  if (!range) return reader.change((now) => ({ ...now, note: NOTHING }));
  try {
    const lines = await linesOf(bridge, reading, range.from, range.to);
    const text = lines.join('\n');
    if (text.length > MOST_COPIED) {
      const note = `${plural(lines.length, 'line')} are too much for a clipboard: w writes them to a file`;
      return reader.change((now) => ({ ...now, note }));
    }
    terminal.copy(text);
    reader.change((now) => ({ ...now, selection: null }));
    store.say('info', `Copied ${plural(lines.length, 'line')}, if this terminal lets programs set its clipboard.`);
  } catch (error) {
    reader.change((now) => ({ ...now, note: sentence(error, store.getState()) }));
  }
}

/** Asks for the file. */
export function openWrite({ store, reader }: ReadingBridge) {
  const { reading } = store.getState().ui;
  const range = reading && rangeOf(reading);
  if (!range) return reader.change((now) => ({ ...now, note: NOTHING }));
  const name = clean(reading.name).replaceAll(/[^\p{L}\p{N}._-]/gu, '-');
  const { agent, epoch, total } = reading;
  const path = field(`${name}-${range.from}-${range.to}.txt`);
  store.openDialog({
    kind: 'write',
    source: { agent, epoch, total },
    ...range,
    path,
    replaces: null,
    busy: false,
    error: null,
  });
}

/** Writes the lines. A file that is there is replaced only when the same path is confirmed once more. */
export async function writeLines(bridge: ReadingBridge, dialog: WriteDialog): Promise<void> {
  const { store, root, env } = bridge;
  const meant = (open: WriteDialog) => open.busy;
  const given = dialog.path.text.trim();
  const path = given.startsWith('~/') ? join(env.HOME ?? homedir(), given.slice(2)) : resolve(root, given);
  try {
    const lines = await linesOf(bridge, dialog.source, dialog.from, dialog.to);
    const flag = dialog.replaces === dialog.path.text ? 'w' : 'wx';
    // What agents print may hold secrets: for this user alone.
    await writeFile(path, `${lines.join('\n')}\n`, { flag, mode: 0o600 }).catch((error) => {
      if (errnoOf(error) === 'EEXIST') throw error;
      throw new BooError('failed', `${path} could not be written: ${messageOf(error)}`, 'Choose another path.');
    });
    store.closeDialog('write', meant);
    bridge.reader.change((now) => ({ ...now, selection: null }));
    store.say('info', `${plural(lines.length, 'line')} written to ${path}.`);
  } catch (error) {
    const there = errnoOf(error) === 'EEXIST';
    const said = there ? `${path} is there already. Enter once more replaces it.` : sentence(error, store.getState());
    store.changeDialog('write', { busy: false, error: said, replaces: there ? dialog.path.text : null }, meant);
  }
}
