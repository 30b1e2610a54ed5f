import { formFields, formProblem } from '../../selectors/workflows/form.ts';
import { field } from '../../store/dialogs.ts';
import type { SourceDialog, StartDialog } from '../../store/workflows.ts';
import { write } from './forms.ts';
import { topBy } from './key.ts';
import type { DialogContext, Press, Step } from './step.ts';

/** Enter starts the run, Tab goes on, blanks and arrows turn through choices. */
export function startKey(dialog: StartDialog, press: Press, { state }: DialogContext): Step<StartDialog> {
  if (dialog.busy) return { dialog };
  const { key, pasted } = press;
  const all = formFields(dialog, state);
  const index = Math.max(
    0,
    all.findIndex(({ name }) => name === dialog.at),
  );
  const here = all[index]!;
  const text = dialog.fields[here.name]!;
  if (!pasted) {
    if (key === 'Enter') return submit(dialog);
    const lines = text.text.includes('\n');
    const by = key === 'Tab' || (key === 'Down' && !lines) ? 1 : key === 'BTab' || (key === 'Up' && !lines) ? -1 : 0;
    if (by !== 0) return { dialog: { ...dialog, at: all[(index + by + all.length) % all.length]!.name } };
  }
  const put = (next: StartDialog['fields'][string]): Step<StartDialog> => ({
    dialog: { ...dialog, error: null, fields: { ...dialog.fields, [here.name]: next } },
  });
  if (!here.choices) return put(write(text, press, !here.name.startsWith('/')));
  const turn = key === 'Space' || key === 'Right' ? 1 : key === 'Left' ? -1 : 0;
  if (turn === 0) return { dialog };
  const count = here.choices.length;
  return put(field(here.choices[(Math.max(0, here.choices.indexOf(text.text)) + turn + count) % count]!));
}

function submit(dialog: StartDialog): Step<StartDialog> {
  const problem = formProblem(dialog);
  if (problem) return { dialog: { ...dialog, ...problem } };
  return { dialog: { ...dialog, busy: true, error: null }, effect: { type: 'run.start' } };
}

/** Only `y` trusts, and only what has come: Enter, which comes easily, does not. */
export function sourceKey(dialog: SourceDialog, { key }: Press, context: DialogContext): Step<SourceDialog> {
  if (key === 'q' || key === 'n') return { dialog: null };
  const asks = !dialog.workflow.trusted && !dialog.workflow.problem && dialog.source !== null;
  if (key === 'y' && asks && !dialog.busy)
    return { dialog: { ...dialog, busy: true, error: null }, effect: { type: 'trust' } };
  if (key === 'Enter' && !asks) return { dialog: null };
  return { dialog: { ...dialog, top: topBy(dialog.top, key, context) } };
}
