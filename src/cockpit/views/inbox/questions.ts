import { CHOICE_KEYS } from '../../../core/commands/inbox.ts';
import type { Approval, Question } from '../../../schema/approval.ts';
import type { Cockpit } from '../../store/model.ts';
import { reveal } from '../review/code.ts';
import { line, type Row, type Span, wrap } from '../span.ts';

/** The questions of a request with their choices; the one that takes numbers has a mark. */
export function questionRows(state: Cockpit, { questions }: Approval, width: number): Row[] {
  if (!questions) return [];
  const { question: now, answers } = state.ui.inbox;
  return questions.flatMap((question, index) =>
    rowsOf(question, {
      answer: answers[index] ?? [],
      isNow: index === now,
      number: questions.length > 1 ? `Question ${index + 1} of ${questions.length}: ` : '',
      width,
    }),
  );
}

interface Shown {
  answer: readonly string[];
  isNow: boolean;
  number: string;
  width: number;
}

function rowsOf({ text, choices, many }: Question, { answer, isNow, number, width }: Shown): Row[] {
  const mark: Span = { text: isNow ? '▸ ' : '  ', tone: 'focus' };
  const own = answer.filter((label) => !choices.some((choice) => choice.label === label));
  const said = wrap(`${number}${reveal(text)}`, Math.max(10, width - 2));
  const rows: Row[] = said.map((part, at) => [at === 0 ? mark : { text: '  ' }, { text: part, tone: 'strong' }]);
  choices.forEach(({ label, description }, index) => {
    const isTaken = answer.includes(label);
    const box = many ? (isTaken ? '[x]' : '[ ]') : isTaken ? '(•)' : '( )';
    const key = isNow && index < CHOICE_KEYS ? `${index + 1}` : ' ';
    rows.push([
      { text: `   ${key} `, tone: 'key' },
      { text: `${box} `, tone: isTaken ? 'good' : 'plain' },
      { text: reveal(label), tone: isTaken ? 'good' : 'plain' },
    ]);
    for (const part of description ? wrap(reveal(description), Math.max(10, width - 9)) : [])
      rows.push(line(`         ${part}`, 'dim'));
  });
  for (const one of own)
    rows.push([
      { text: '     ✎ ', tone: 'good' },
      { text: reveal(one), tone: 'good' },
    ]);
  const how = many ? 'several may be taken' : 'one of them';
  if (isNow) {
    const note =
      choices.length > 0 ? `${how}, or t: your own words; Enter answers` : 't: your own words; Enter answers';
    rows.push(...wrap(note, Math.max(10, width - 5)).map((part) => line(`     ${part}`, 'dim')));
  }
  return [...rows, []];
}
