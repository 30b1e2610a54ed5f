import { basename } from 'node:path';
import type { Size } from '../../schema/agent.ts';
import { keymapOf } from '../selectors/keymap.ts';
import { contextOf, layoutOf } from '../selectors/screen.ts';
import { type Cockpit, initialData, initialUi } from '../store/model.ts';
import { createPainter } from '../theme/paint.ts';
import type { ColorDepth } from '../types.ts';
import { headerView } from './header.ts';
import { hintsView } from './hints.ts';
import { outputPane, sessionsPane, smallRow } from './panes.ts';
import type { Row } from './span.ts';

/** The whole screen as rows, where panes stand side by side or alone. */
export function screenRows(state: Cockpit, now: number): Row[] {
  const { header, hints, panes, size } = layoutOf(state);
  if (!hints) return [[{ text: smallRow(size) }]];
  const rows: Row[] = header ? [...headerView(state, header.width, now).rows] : [];
  const drawn = panes.map(({ id, rect }) =>
    id === 'sessions' ? sessionsPane(state, rect, now).rows : outputPane(state, rect, now).rows,
  );
  const height = panes[0]?.rect.height ?? 0;
  for (let y = 0; y < height; y++) rows.push(drawn.flatMap((pane) => pane[y] ?? []));
  return [...rows, hintsView(state, contextOf(state), keymapOf(state), hints.width).row];
}

/**
 * What the screen shows while React is being loaded: bytes to write to a terminal of this size, cursor addressing
 * included. Nothing is known yet but the folder.
 */
export function firstFrame({ root, size, colorDepth }: { root: string; size: Size; colorDepth: ColorDepth }): string {
  const state: Cockpit = { data: initialData(), ui: initialUi({ title: basename(root) || root, size }) };
  const painter = createPainter(state.ui.theme, colorDepth);
  const rows = screenRows(state, Date.now());
  return `\x1b[H${rows.map((row, y) => `\x1b[${y + 1};1H${painter.row(row)}`).join('')}`;
}
