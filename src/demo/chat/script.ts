import { answerFor, schemaIn } from './answer.ts';

/** One thing that the demo does in a turn. A prompt is its script: a step a line. */
export interface ChatStep {
  word: string;
  rest: string;
}

export const CHAT_HELP = [
  'I am the demo chat agent that ships with BooCode: a script, no model. A prompt is my script, a step a line:',
  '  say TEXT · think TEXT · plan A | B · stream N [MS]     what I say, all at once or in N pieces',
  '  read FILE · write FILE TEXT · run COMMAND              tools; writing and running are asked for',
  '  ask QUESTION | A | B                                   a question with choices',
  '  wait MS · repeat N [MS] · tokens IN OUT                     time, many messages, what I say I used',
  '  limit [SECONDS] · warn · error TEXT · fail TEXT        trouble with the provider that I do not have',
  '  garbage · long MB · refuse · exit [CODE] · crash       what programs do when they are broken',
  'Where a JSON Schema is asked for I answer with JSON of that shape, made of the names of its fields.',
  'Anything else I note in demo-notes.md.',
].join('\n');

const WORDS = new Set(
  'help say think plan stream read write run ask wait repeat tokens limit warn error fail garbage long exit crash'.split(
    ' ',
  ),
);

/** Characters that a token has, about. */
const PER_TOKEN = 4;

/** What a prompt makes the demo do in a folder. One that begins with a step is a script, whatever it wants besides. */
export function scriptOf(prompt: string, cwd: string): ChatStep[] {
  const schema = schemaIn(prompt);
  if (schema && !WORDS.has(/^\s*(\S+)/.exec(prompt)?.[1] ?? '')) {
    const json = JSON.stringify(answerFor(schema, cwd));
    const tokens = [prompt, json].map((text) => Math.ceil(text.length / PER_TOKEN)).join(' ');
    return [
      { word: 'think', rest: 'I am a script and understand nothing; I fill in the fields that are asked for.' },
      { word: 'tokens', rest: tokens },
      { word: 'say', rest: json },
    ];
  }
  const steps = prompt.split('\n').flatMap((line): ChatStep[] => {
    const [, word = '', rest = ''] = /^\s*(\S+)\s*(.*)$/s.exec(line) ?? [];
    return WORDS.has(word) ? [{ word, rest }] : [];
  });
  if (steps.length > 0) return steps;
  const note = prompt.replace(/\s+/g, ' ').trim();
  return [
    { word: 'think', rest: 'I am a script and understand nothing; I note what was said.' },
    { word: 'plan', rest: 'Note it | Say so' },
    { word: 'write', rest: `demo-notes.md - ${note}` },
    { word: 'say', rest: `Noted: ${note}` },
  ];
}
