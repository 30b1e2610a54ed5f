import { extname, resolve } from 'node:path';
import type { Lives } from '../../schema/history.ts';
import { BooError } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import { writeWhole } from '../export-file.ts';
import { lineHtml, PAGE_FOOT, pageHead } from '../export-html.ts';
import { whole } from '../numbers.ts';
import { chooseLife, type Life, type Past, pastLines } from '../past-lines.ts';
import type { Verb } from '../verb.ts';

export const exportVerb: Verb = {
  name: 'export',
  usage: 'AGENT FILE.cast|.txt|.html [--force] [--life N]',
  summary: 'write what an agent did to a file: recording, text or web page',
  details:
    '.cast is its recording (asciicast v3, for asciinema and its players), .txt what a person saw, history and then screen, with wrapped lines whole, .html the same with colours, in one page that needs nothing else. Works for ended, archived and removed agents as long as it is kept.',
  options: {
    force: { type: 'boolean', summary: 'replace a file that is there' },
    life: { type: 'string', value: 'N', summary: 'another life than its last one; restarts are counted from 1' },
  },
  words: { min: 2, max: 2, completes: 'agents', rest: 'files' },
  examples: [
    { line: 'boocode export auth-fix auth-fix.cast', does: 'for asciinema play' },
    { line: 'boocode export auth-fix ~/auth-fix.html --force', does: 'a page to show to others' },
  ],
  async run(context) {
    const [name, file] = context.words as [string, string];
    const kind = extname(file).toLowerCase();
    const write = KINDS[kind];
    if (!write) {
      const what = kind ? `no kind of file that is known` : 'without an ending';
      throw new BooError('usage', `${file} is ${what}`, 'Known: .cast (recording), .txt (text), .html (web page).');
    }
    const wanted = whole('life', context.option('life'), 1_000_000);
    const client = await context.daemon();
    const known = await client.call('agent.lives', { agent: name });
    const life = chooseLife(known, wanted);
    const notes: string[] = [];
    const past: Past = { client, agent: known.id, epoch: life.epoch, styled: kind === '.html' };
    const path = resolve(context.io.cwd, file);
    await writeWhole(path, write({ known, life, past, notes }), context.flag('force'));
    const notice = notes.length > 0 ? notes.join('; ') : null;
    context.print({ agent: known.name, file: path, life: life.epoch, notice }, () => tell(context, path, notice));
    return 0;
  },
};

const tell = (context: Context, path: string, notice: string | null) =>
  `Written to ${path}.${notice ? context.paint('dim', ` Note: ${notice}.`) : ''}`;

interface Job {
  known: Lives;
  life: Life;
  past: Past;
  /** Gets a sentence for what is missing. */
  notes: string[];
}

const KINDS: Record<string, (job: Job) => AsyncGenerator<string>> = { '.cast': cast, '.txt': text, '.html': html };

/** The parts as one recording. */
async function* cast({ known, life, notes }: Job): AsyncGenerator<string> {
  if (life.recording.length === 0) throw noRecording(known, life);
  const { openCast } = await import('../../storage/recording.ts');
  const recording = await openCast(life.recording);
  yield `${JSON.stringify({ ...recording.header, title: known.name })}\n`;
  for await (const batch of recording.events) {
    yield batch
      .map(({ after, code, data }) => `[${after.toFixed(6)},${JSON.stringify(code)},${JSON.stringify(data)}]\n`)
      .join('');
  }
  if (recording.notice) notes.push(recording.notice);
}

async function* lines({ past, notes }: Job): AsyncGenerator<string[]> {
  const pages = pastLines(past);
  let page = await pages.next();
  for (; !page.done; page = await pages.next()) yield page.value.map((line) => line.text);
  if (page.value) notes.push(page.value);
}

async function* text(job: Job): AsyncGenerator<string> {
  for await (const page of lines(job)) yield page.map((line) => `${line}\n`).join('');
}

async function* html(job: Job): AsyncGenerator<string> {
  const { known, life } = job;
  const end = life.live || life.endedAt === null ? 'still running' : `ended ${new Date(life.endedAt).toISOString()}`;
  yield pageHead(known.name, known.lives.length > 1 ? `Life ${life.epoch}, ${end}` : end);
  for await (const page of lines(job)) yield page.map((line) => `${lineHtml(line)}\n`).join('');
  yield PAGE_FOOT;
}

export const noRecording = ({ name, lives }: Lives, life: Life) =>
  new BooError(
    'not_found',
    `there is no recording of ${name}${lives.length > 1 ? `'s life ${life.epoch}` : ''}`,
    'Recording was off (recording.enabled), or made room for newer ones.',
  );
