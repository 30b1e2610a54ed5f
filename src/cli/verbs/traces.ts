import { extname, resolve } from 'node:path';
import type { DaemonClient } from '../../client/daemon.ts';
import { BooError } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import { writeWhole } from '../export-file.ts';
import { whole } from '../numbers.ts';
import { sinceOf } from '../since.ts';
import { type Counts, jsonl, otlp, type Wish } from '../traces/export.ts';
import { traceJson } from '../traces/json.ts';
import { tracesTable } from '../traces/tables.ts';
import type { Verb } from '../verb.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 10_000;

export const traces: Verb = {
  name: 'traces',
  usage:
    '[AGENT] [--since T] [--errors] [--filter WORDS] [--limit N] [--after ID] [--export FILE.jsonl|.json [--force]]',
  summary: 'list tool calls: what, how long, tokens, cost, outcome',
  details:
    'Of all agents, ended and removed ones too, or of one. The newest are listed, oldest first; --after goes on behind a trace, page by page (with --json its id stands in next). A number says how it is known: measured, reported by the agent, estimated, or unknown. --export writes all that fit: .jsonl one trace a line with whole input and output, .json OpenTelemetry spans (OTLP JSON, GenAI conventions: a span a turn, its tool calls below it), of the same traces always with the same ids.',
  options: {
    since: { type: 'string', value: 'T', summary: 'only calls begun since then: 10m, 2h, 1d, or a time' },
    errors: { type: 'boolean', summary: 'only calls that failed' },
    filter: {
      type: 'string',
      value: 'WORDS',
      summary: 'only those with all of these words in tool, title, input or agent',
    },
    limit: { type: 'string', value: 'N', summary: `at most so many, 1 to ${MAX_LIMIT} (default ${DEFAULT_LIMIT})` },
    after: { type: 'string', value: 'ID', summary: 'those that follow this one' },
    export: { type: 'string', value: 'FILE', summary: 'write them to a .jsonl or .json file', completes: 'files' },
    force: { type: 'boolean', summary: 'replace a file that is there' },
  },
  words: { min: 0, max: 1, completes: 'agents' },
  examples: [
    { line: 'boocode traces auth-fix --errors', does: 'what went wrong in one agent' },
    { line: 'boocode traces --since 1d --export day.json', does: 'spans for a tracing backend' },
  ],
  async run(context) {
    const wish: Wish = {
      agent: context.words[0] ?? null,
      since: sinceOf(context.option('since'), Date.now()) ?? null,
      filter: context.option('filter') ?? '',
      errors: context.flag('errors'),
    };
    const limit = whole('limit', context.option('limit'), MAX_LIMIT) ?? DEFAULT_LIMIT;
    const file = context.option('export');
    const write = file === undefined ? undefined : writerFor(file);
    const client = await context.daemon();
    if (file !== undefined && write) return exported(context, client, { wish, file, write });
    const after = context.option('after') ?? null;
    const found = await client.call('traces.list', { ...wish, after, limit, last: after === null });
    const { traces: list, total, next } = found;
    context.print({ traces: list.map(traceJson), total, next }, () =>
      list.length > 0 ? tracesTable(list, Date.now(), context.paint) : 'No tool call fits.',
    );
    if (list.length < total) context.note(context.paint('dim', `${list.length} of ${total} tool calls.`));
    // As a search that finds nothing.
    return wish.filter !== '' && list.length === 0 ? 1 : 0;
  },
};

type Writer = (client: DaemonClient, wish: Wish, counts: Counts) => AsyncGenerator<string>;

function writerFor(file: string): Writer {
  const kind = extname(file).toLowerCase();
  if (kind === '.jsonl') return jsonl;
  if (kind === '.json') return otlp;
  const what = kind ? 'no kind of file that is known' : 'without an ending';
  throw new BooError('usage', `${file} is ${what}`, 'Known: .jsonl (a trace a line), .json (OpenTelemetry spans).');
}

async function exported(context: Context, client: DaemonClient, o: { wish: Wish; file: string; write: Writer }) {
  const counts: Counts = { written: 0, running: 0 };
  const path = resolve(context.io.cwd, o.file);
  await writeWhole(path, o.write(client, o.wish, counts), context.flag('force'));
  const what = o.write === otlp ? 'spans' : 'traces';
  const note = counts.running > 0 ? ` ${counts.running} that still run are not in it.` : '';
  context.print({ file: path, ...counts }, () => `${counts.written} ${what} written to ${path}.${note}`);
  return 0;
}
