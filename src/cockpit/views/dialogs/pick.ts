import { pickItems } from '../../selectors/talk.ts';
import type { PickDialog } from '../../store/dialogs.ts';
import type { Cockpit } from '../../store/model.ts';
import { windowTop } from '../sessions.ts';
import { clean, fitRow, line, type Row, select, wrap } from '../span.ts';
import { box, type DialogView } from './box.ts';

const WIDTH = 56;

/** Models or modes to choose from; the present one is marked. */
export function pickView(dialog: PickDialog, state: Cockpit): DialogView {
  const width = Math.min(WIDTH, state.ui.size.cols - 4);
  const agent = state.data.project?.agents[dialog.agent];
  const now = dialog.what === 'model' ? agent?.model : agent?.mode;
  const body = pickItems(state, dialog).map(({ id, name }, index): Row => {
    const extra: Row = id === name ? [] : [{ text: `  ${clean(id)}`, tone: 'dim' }];
    const row = fitRow([{ text: id === now ? '● ' : '  ', tone: 'good' }, { text: clean(name) }, ...extra], width);
    return index === dialog.index ? select(row) : row;
  });
  const foot: Row[] = dialog.error
    ? wrap(`✖ ${dialog.error}`, width).map((text) => line(text, 'bad'))
    : dialog.busy
      ? [line('Switching…', 'busy')]
      : [];
  const page = Math.max(1, Math.min(body.length, 12, state.ui.size.rows - 8 - foot.length));
  return box({
    size: state.ui.size,
    title: `${dialog.what === 'model' ? 'Model' : 'Permission mode'} of ${clean(agent?.name ?? 'nobody')}`,
    width,
    height: page,
    body,
    top: windowTop(body.length, page, dialog.index),
    foot,
    items: true,
    buttons: [
      { label: 'Switch', key: 'Enter' },
      { label: 'Cancel', key: 'Escape' },
    ],
  });
}
