import type { Keymap } from '../../core/commands/keymap.ts';
import { choicesOf } from '../selectors/choices.ts';
import type { Cockpit } from '../store/model.ts';
import { keyLabel } from './keys.ts';
import { cut, line, type Row, type Span, wrap } from './span.ts';

/** What stands in the output pane while there is no agent: how to start one, and with what. */
export function emptyView(state: Cockpit, keymap: Keymap, width: number, height: number): Row[] {
  const { data } = state;
  const inner = Math.max(10, width - 4);
  const key = (id: string): Span => ({ text: keyLabel(keymap.keysOf(id)[0] ?? ':'), tone: 'key' });
  const rows: Row[] = [[], line('No agent runs here yet.', 'strong'), []];
  rows.push([{ text: 'Press ' }, key('new'), { text: ' to start one. Each gets its own terminal' }]);
  rows.push(
    line(
      data.project && !data.project.project.git
        ? 'and works in this folder itself, since it is no git repository.'
        : 'and its own git worktree, so that they do not disturb each other.',
    ),
  );
  rows.push([], ...runtimeRows(state, inner), []);
  rows.push([key('help'), { text: ' shows every key, ' }, key('quit'), { text: ' leaves (agents go on).' }]);
  rows.push(line('In a shell: boocode new --help, boocode demo to try it on a sample.', 'dim'));
  return rows.slice(0, height).map((row) => [{ text: '  ' }, ...row]);
}

/** Which runtimes this machine has, which it has not, and how to get those. */
function runtimeRows(state: Cockpit, width: number): Row[] {
  if (!state.data.runtimes) return [line('Looking for coding agents on this machine…', 'dim')];
  const choices = choicesOf(state).filter((one) => one.profile === null);
  const found = choices.filter((one) => one.found);
  const missing = choices.filter((one) => !one.found);
  const widest = Math.max(...choices.map((one) => one.label.length), 0);
  const row = (glyph: Span, label: string, detail: string): Row => [
    glyph,
    { text: ` ${label.padEnd(widest)}  ` },
    { text: cut(detail, Math.max(0, width - widest - 4)), tone: 'dim' },
  ];
  const rows: Row[] = [line('Found on this machine:')];
  rows.push(...found.map((one) => row({ text: '✓', tone: 'good' }, one.label, one.detail)));
  if (missing.length) rows.push([], line('Not found, and how to get them:'));
  rows.push(...missing.map((one) => row({ text: '–', tone: 'dim' }, one.label, one.detail)));
  return rows;
}

/** Why an agent shows no screen, in words. */
export function noScreenView(text: string, width: number): Row[] {
  return [[], ...wrap(text, Math.max(10, width - 4)).map((part): Row => [{ text: '  ' }, { text: part, tone: 'dim' }])];
}
