// What it costs to make reports of what a structured agent prints, against reading the same lines as JSON and nothing else, in one process
// and turn about: recorded sessions of the real programs, each line as it came.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runtimeOf } from '../../src/runtimes/choose.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures');
const agent = { id: 'a', epoch: 1, cwd: '/home/dev/project', sessionId: null, rateLimits: [] };

/** Of the time that JSON.parse takes alone. */
const LIMIT = 1.5;
/** Bytes that are read in one round. */
const ROUND = 20_000_000;
const ROUNDS = 30;
/** First ones that are not counted: a daemon reads for days, and its code is compiled. */
const WARM = 15;

/** The id of the first request in Claude Code's recordings, and the one that the driver gives it: what answers to another is not read on. */
const RECORDED = 'boocode-0';
const INITIALIZE = 'boocode initialize';

/** What a line of a recording says that the program printed; null: it says something else. */
function printed(line) {
  if (line.startsWith('< ')) return line.slice(2).replace(`"request_id":"${RECORDED}"`, `"request_id":"${INITIALIZE}"`);
  const { do: what, stream, text } = line.startsWith('{') ? JSON.parse(line) : {};
  return what === 'line' && stream === 'stdout' ? text : null;
}

/** The lines that a program printed in each of its recordings. */
function sessions(folder) {
  return readdirSync(join(FIXTURES, folder)).map((name) => {
    const lines = readFileSync(join(FIXTURES, folder, name), 'utf8')
      .split('\n')
      .map(printed);
    // As they come: each a string of its own, that nothing has looked into.
    return lines.filter((line) => line?.startsWith('{')).map((line) => Buffer.from(line).toString());
  });
}

function measure(runtime, all) {
  const bytes = all.flat().reduce((sum, line) => sum + Buffer.byteLength(line), 0);
  if (bytes === 0) throw new Error(`there are no recordings for ${runtime}`);
  const times = Math.ceil(ROUND / bytes);
  const { driver: make } = runtimeOf(runtime).structured;
  let made = 0;
  const parse = () => {
    for (let n = 0; n < times; n++) for (const lines of all) for (const line of lines) made += JSON.parse(line) ? 1 : 0;
  };
  const decode = () => {
    for (let n = 0; n < times; n++) {
      for (const lines of all) {
        const driver = make({ agent, past: [], given: { id: 'p', text: 'x', images: [] } });
        for (const line of lines) made += driver.line('stdout', line, 1).length;
      }
    }
  };
  const timed = (task) => {
    const before = process.cpuUsage();
    task();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  };
  const rounds = Array.from({ length: ROUNDS }, () => ({ parse: timed(parse), decode: timed(decode) })).slice(WARM);
  const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
  const ratio = median(rounds.map(({ parse, decode }) => decode / parse));
  const speed = (bytes * times) / 1e6 / median(rounds.map(({ decode }) => decode));
  if (made === 0) throw new Error('nothing was made of it');
  return { ratio, speed };
}

export async function run() {
  return [
    ['claude-stream', 'claude'],
    ['codex-app', 'codex'],
  ].map(([runtime, folder]) => {
    const { ratio, speed } = measure(runtime, sessions(folder));
    return {
      name: `${runtime}: lines of recorded sessions made into reports; CPU against JSON.parse of the same lines`,
      value: Math.round(speed),
      unit: 'MB/s·core',
      ratio,
      target: `≤ ${LIMIT}`,
      ok: ratio <= LIMIT,
    };
  });
}
