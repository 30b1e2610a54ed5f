import type { Dialog } from '../../store/dialogs.ts';
import type { Cockpit } from '../../store/model.ts';
import { clean, line } from '../span.ts';
import { wholeRows } from '../traces/details.ts';
import { box, type DialogView } from './box.ts';

/** One tool call with all of its input and output. */
export function traceView(dialog: Extract<Dialog, { kind: 'trace' }>, { ui, data }: Cockpit): DialogView {
  const width = Math.max(1, Math.min(140, ui.size.cols - 6));
  const trace = data.traces.whole[dialog.id];
  const body = trace ? wholeRows(trace, width) : [line('Reading the record…', 'dim')];
  const title = trace ? `${clean(trace.tool)} · ${clean(trace.title)}`.slice(0, width - 4) : 'Tool call';
  const buttons = [{ label: 'Close', key: 'Escape' }];
  return box({ size: ui.size, title, width, body, top: dialog.top, buttons });
}
