// What full-screen programs have shown is found afterwards: recordings of real programs and a scripted one with known lines are
// played in their own time through emulator and history. A second emulator keeps the truth: every line that stood unchanged
// for half a second. Node strips the types of the sources itself.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const src = join(import.meta.dirname, '../../src/host');
const { createEmulator } = await import(join(src, 'emulator/emulator.ts'));
const { createHistory } = await import(join(src, 'history/history.ts'));
const { maskOf } = await import(join(src, 'history/change.ts'));
const { lineCells, lineText } = await import(join(src, 'emulator/line.ts'));

const RECORDINGS = join(import.meta.dirname, 'fixtures/screens');
const READABLE_MS = 500;
const SETTLED_MS = 150;
const START = 1_700_000_000_000;
/** Recordings of programs with two panes: the column at which the right one begins. */
const EDGES = { 'opencode-side': 160 };
/** A line alone of its kind on the screen, in so many forms, one after another in one place, is a clock or a counter. */
const COUNTER_FORMS = 3;

const emulatorOf = (size) =>
  createEmulator({ size, background: 'dark', historyLines: 5000, onReply() {}, onEvent() {} });

/** asciicast v3, compressed, as events with times in ms. */
function recording(path) {
  const [head, ...rest] = gunzipSync(readFileSync(path)).toString().trim().split('\n');
  const { term } = JSON.parse(head);
  let at = 0;
  const events = rest.map((line) => {
    const [seconds, code, data] = JSON.parse(line);
    at += seconds * 1000;
    return { at, code, data };
  });
  return { size: { cols: term.cols, rows: term.rows }, events };
}

/** A program with known lines: an answer that streams at 20 lines a second above a box, then pages, with a clock and a spinner. */
function scripted() {
  const events = [];
  let at = 0;
  const say = (data, ms) => {
    events.push({ at, code: 'o', data });
    at += ms;
  };
  const known = [];
  const line = (text) => known.push(text) && text;
  const status = (i) =>
    `\x1b7\x1b[1;1H${'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'[i % 10]} busy (${Math.floor(at / 1000)}s · ${i * 13} tokens)\x1b[K\x1b[24;1H[${'='.repeat(i % 30)}> ${i % 100}%]\x1b[K\x1b8`;
  say('\x1b[?1049h\x1b[2J\x1b[3;20r\x1b[20;1H', 50);
  for (let i = 1; i <= 2000; i++)
    say(`\r\n${line(`  answer ${i}: what it says here is known, word for word`)}${status(i)}`, 50);
  say(status(0), 700);
  for (let page = 0; page < 100; page++) {
    const rows = Array.from({ length: 18 }, (_, y) => line(`${page * 18 + y + 1} of the file`));
    say(rows.map((text, y) => `\x1b[${y + 3};1H${text}\x1b[K`).join('') + status(page), 600);
  }
  say('\x1b[r\x1b[?1049l', 500);
  return { size: { cols: 80, rows: 24 }, events, known };
}

/** Without what takes no room: some programs draw their cursor with it. */
const visible = (text) => text.replaceAll('\u200b', '').trimEnd().replace(BAR, '').trimEnd();
/** A scroll bar moves past the lines: whether it stands behind one makes it no other. */
const BAR = /(?<=\S.*\s)[│┃║▀-▓]$/;

function standing(emulator) {
  const lines = [];
  for (let y = 0; y < emulator.size.rows; y++) {
    const line = emulator.line(y);
    const next = y + 1 < emulator.size.rows ? emulator.line(y + 1) : undefined;
    const text = lineText(line, lineCells(line, next));
    if (line.isWrapped && lines.length > 0) lines.at(-1).text += text;
    else lines.push({ y, text });
  }
  return lines.map(({ y, text }) => ({ y, text: visible(text) })).filter(({ text }) => text !== '');
}

/** Lines that could be read, by what an emulator alone shows; counters apart. */
function readable({ size, events }) {
  const emulator = emulatorOf(size);
  const open = new Map();
  const forms = new Map();
  const close = (text, at) => {
    const { since, key } = open.get(text);
    open.delete(text);
    if (at - since < READABLE_MS) return;
    forms.set(key, (forms.get(key) ?? new Set()).add(text));
  };
  for (const { at, code, data } of events) {
    if (code === 'o') emulator.write(Buffer.from(data));
    else if (code === 'r') emulator.resize(sizeOf(data));
    const now = standing(emulator);
    const texts = new Set(now.map(({ text }) => text));
    for (const text of [...open.keys()]) if (!texts.has(text)) close(text, at);
    const fresh = now.filter(({ text }) => !open.has(text));
    const kinds = fresh.length > 0 ? Map.groupBy(now, ({ text }) => maskOf(text)) : new Map();
    for (const { y, text } of fresh) {
      const mask = maskOf(text);
      open.set(text, { since: at, key: kinds.get(mask).length > 1 ? text : `${y} ${mask}` });
    }
  }
  const end = events.at(-1).at;
  for (const text of [...open.keys()]) close(text, end);
  const all = [...forms.values()];
  return [...new Set(all.filter((texts) => texts.size < COUNTER_FORMS).flatMap((texts) => [...texts]))];
}

const sizeOf = (data) => {
  const [cols, rows] = data.split('x').map(Number);
  return { cols, rows };
};

/** Plays it; `remember` false: the emulator alone, for what parsing costs. Gives history, screen and CPU seconds. */
function play({ size, events }, remember) {
  let now = START;
  let settleAt = Number.POSITIVE_INFINITY;
  const emulator = emulatorOf(size);
  const history = createHistory(emulator.access, 5000, () => now);
  const before = process.cpuUsage();
  for (const { at, code, data } of events) {
    if (remember && settleAt <= START + at) history.settle(settleAt);
    now = START + at;
    settleAt = now + SETTLED_MS;
    if (code === 'r') history.resize(now, () => emulator.resize(sizeOf(data)));
    if (code !== 'o') continue;
    const bytes = Buffer.from(data);
    if (remember) history.before(now, emulator.updating);
    emulator.write(bytes);
    if (remember) history.stamp(now, bytes.length);
  }
  if (remember) history.settle(settleAt);
  const { user, system } = process.cpuUsage(before);
  return { history, emulator, seconds: (user + system) / 1e6 };
}

/** The line shows all that the text shows, where it does: text that streams grows into the gap before what stands beside it. */
const covers = (line, text) => [...text].every((char, i) => char === ' ' || line[i] === char);
const hasGap = (text, edge) => text.slice(edge - 2, edge).trim() === '';

function judge(name, one, truth, edge) {
  play(one, true);
  const parse = play(one, false).seconds;
  const { history, emulator, seconds } = play(one, true);
  const { lines } = history.page({ from: 1, count: 1_000_000, styled: false });
  const texts = lines.map((line) => visible(line.text));
  const found = new Set([...texts, ...standing(emulator).map(({ text }) => text)]);
  const all = [...found].join('\n');
  const isFound = (text) => found.has(text) || all.includes(text) || [...found].some((line) => covers(line, text));
  // What stands side by side may be found so, or each by itself.
  const sides = (text) =>
    edge && hasGap(text, edge) ? [text.slice(0, edge), text.slice(edge)].map((side) => side.trim()) : [text];
  const lost = truth.filter((text) => !isFound(text) && !sides(text).every((part) => isFound(part)));
  if (process.env.BENCH_LOST) for (const text of lost) process.stderr.write(`${name}: ${JSON.stringify(text)}\n`);
  const each = texts.flatMap(sides).map((text) => text.trim());
  const counts = Map.groupBy(
    each.filter((text) => /[\p{L}\p{N}]/u.test(text)),
    (text) => text,
  );
  const most = Math.max(0, ...[...counts.values()].map((same) => same.length));
  const recall = (100 * (truth.length - lost.length)) / truth.length;
  const length = one.events.at(-1).at / 1000;
  return [
    {
      name: `history ${name}: found of ${truth.length} lines`,
      value: recall,
      unit: '%',
      ratio: null,
      target: 100,
      ok: recall === 100,
    },
    { name: `history ${name}: copies of a line`, value: most, unit: '', ratio: null, target: '≤ 2', ok: most <= 2 },
    {
      name: `history ${name}: CPU of remembering`,
      value: (1000 * (seconds - parse)) / length,
      unit: 'ms/s',
      ratio: (seconds - parse) / parse,
      target: '≤ 10 ms/s',
      ok: (1000 * (seconds - parse)) / length <= 10,
    },
  ];
}

/** Bytes that 5,000 remembered lines of usual length take. */
function memory() {
  const pages = [];
  let at = 0;
  for (let page = 0; page < 110; page++, at += 600) {
    const rows = Array.from({ length: 48 }, (_, y) => {
      const number = page * 48 + y;
      return `\x1b[${y + 1};1H\x1b[32m${number}\x1b[0m src/some/module/file.ts:${number} ${'says what is usual here '.repeat(1 + (number % 4))}\x1b[K`;
    });
    pages.push({ at, code: 'o', data: `${page === 0 ? '\x1b[?1049h' : ''}${rows.join('')}` });
  }
  const { history } = play({ size: { cols: 200, rows: 50 }, events: pages }, true);
  const value = ((history.size / history.lines) * 5000) / 1e6;
  return { name: 'history: memory of 5,000 lines', value, unit: 'MB', ratio: null, target: '≤ 1.5', ok: value <= 1.5 };
}

export async function run() {
  const { known, ...one } = scripted();
  const results = judge('scripted', one, known);
  for (const file of readdirSync(RECORDINGS).sort()) {
    const played = recording(join(RECORDINGS, file));
    const name = file.replace('.cast.gz', '');
    results.push(...judge(name, played, readable(played), EDGES[name]));
  }
  return [...results, memory()];
}
