import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Step } from '../schema/scenario.ts';

/** How far the search for something to fix goes. */
const MAX_FILES = 500;
const MAX_DEPTH = 4;
const MAX_BYTES = 200_000;
const TODO = /^.*\bTODO\b.*\n/m;

export const HELP = [
  'I am the demo agent that ships with BooCode: a script, no model. What I do at a prompt that begins with',
  '  fix     takes the first TODO line out of a file here',
  '  ask     asks before it writes a file          wait   waits for another prompt',
  '  fail N  ends with exit code N                 crash  kills itself',
  '  flood   prints 10,000 lines                   loop   goes on until ctrl-c',
  '  run …   runs a command line                   exit   leaves',
  'Any other prompt is noted in demo-notes.md. Ctrl-C interrupts, twice leaves.',
].join('\n');

const note = (text: string): Step => ({
  step: 'edit',
  file: 'demo-notes.md',
  append: `- ${text.replace(/\s+/g, ' ')}\n`,
});
const think = (ms: number): Step => ({ step: 'think', ms });
const say = (text: string): Step => ({ step: 'say', text });

/** What a prompt makes the demo do when its scenario has nothing for it. */
export function answer(prompt: string, cwd: string): Step[] {
  const [word = '', rest = ''] = prompt.trim().split(/\s+(.*)/s);
  switch (word.toLowerCase()) {
    case 'help':
      return [say(HELP)];
    case 'fix':
      return fix(cwd);
    case 'ask': {
      const yes = [note('allowed to write this line'), say('Done.')];
      return [think(800), { step: 'ask', question: 'Write to demo-notes.md?', yes, no: [say('Then I leave it.')] }];
    }
    case 'wait':
      return [say('What next?'), { step: 'wait' }, think(500), say('Thank you; I go on.')];
    case 'fail':
      return [
        think(500),
        { step: 'fail', code: Number(/^\d{1,2}$/.exec(rest)?.[0]) || 1, message: 'I fail on request.' },
      ];
    case 'crash':
      return [think(500), { step: 'crash', signal: 'SIGKILL' }];
    case 'flood':
      return [{ step: 'flood' }, say('10,000 lines.')];
    case 'loop':
      return [say('I go on until ctrl-c.'), { step: 'loop', steps: [think(1000), say('Still here.')] }];
    case 'run':
      return rest === '' ? [say('run what?')] : [{ step: 'run', command: rest }];
    case 'exit':
    case 'quit':
      return [say('Goodbye.'), { step: 'exit' }];
    default:
      return [
        think(1200),
        say('I am a script and understand nothing; I note what you said.'),
        note(prompt),
        say('Done.'),
      ];
  }
}

function fix(cwd: string): Step[] {
  for (const file of files(cwd)) {
    const line = TODO.exec(readFileSync(join(cwd, file), 'utf8'))?.[0];
    if (line === undefined) continue;
    const edit: Step = { step: 'edit', file, replace: { find: line, with: '' } };
    return [think(1500), say(`${file} has a TODO; I take the line out.`), edit, say('Done.')];
  }
  return [think(1500), say('There is no TODO here; I note that.'), note('no TODO found'), say('Done.')];
}

/** Paths of small files, as they are found: not hidden ones, not dependencies. */
function* files(cwd: string): Generator<string> {
  let count = 0;
  const queue: { folder: string; depth: number }[] = [{ folder: '', depth: 0 }];
  for (const { folder, depth } of queue) {
    for (const entry of readdirSync(join(cwd, folder), { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
      if (entry.isDirectory() && depth < MAX_DEPTH) queue.push({ folder: path, depth: depth + 1 });
      if (!entry.isFile() || statSync(join(cwd, path)).size > MAX_BYTES) continue;
      if (++count > MAX_FILES) return;
      yield path;
    }
  }
}
