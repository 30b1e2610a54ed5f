// How long it takes to know what merging twenty agents would give, forty pairs of which share files: at first, and after one of them
// has changed one file. And whether the verdicts are what `git merge` then really does, on generated pairs of branches.
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mergeTree } from '../../src/git/merge-tree.ts';
import { createRandom } from '../support/random.ts';
import { commitFiles, fileAt, makePlace, median, openClient, waitUntil } from './support.mjs';

const FILES = 2000;
const AGENTS = 20;
/** Agent n shares a file with n + 1 and one with n + 3: forty pairs. */
const STEPS = [1, 3];
const CHANGES = 9;
const CASES = 300;

const lines = (n, edits) => Array.from({ length: 50 }, (_, i) => `${edits[i] ?? `${n}.${i}`}\n`).join('');

async function times() {
  const place = makePlace();
  try {
    commitFiles(place, FILES);
    const { client, start } = await openClient(place);
    const agents = [];
    for (let n = 0; n < AGENTS; n++) agents.push(await start(`agent${n}`));
    for (const [s, step] of STEPS.entries()) {
      for (const [n, agent] of agents.entries()) {
        const other = agents[(n + step) % AGENTS];
        const file = s * 100 + n;
        // Every fourth pair conflicts.
        writeFileSync(join(agent.worktree, fileAt(file)), lines(file, { 10: 'one' }));
        writeFileSync(join(other.worktree, fileAt(file)), lines(file, { [n % 4 === 0 ? 10 : 30]: 'two' }));
      }
    }
    for (const agent of agents) await client.call('changes.list', { agent: agent.id, fresh: true });
    const ask = async () => {
      const from = performance.now();
      const { forecast } = await client.call('forecast.get', { target: null });
      return { ms: performance.now() - from, forecast };
    };
    const cold = await ask();
    if (cold.forecast.pairs.length !== 40) throw new Error(`${cold.forecast.pairs.length} pairs instead of 40`);
    const later = [];
    for (let n = 0; n < CHANGES; n++) {
      const agent = agents[(n * 7) % AGENTS];
      const before = (await client.call('agent.get', { agent: agent.id })).agent.changes.added;
      writeFileSync(join(agent.worktree, fileAt(900 + n)), lines(900 + n, { 1: 'x', 2: 'y', 3: n }));
      const isSeen = async () =>
        (await client.call('changes.list', { agent: agent.id, fresh: false })).changes[0].files.some(
          ({ file }) => file === fileAt(900 + n),
        );
      await waitUntil(`the change of ${agent.name} (+${before})`, isSeen, { everyMs: 20 });
      later.push((await ask()).ms);
    }
    await client.call('stop', { agents: true }).catch(() => {});
    client.close();
    return { cold: cold.ms, later };
  } finally {
    place.close();
  }
}

/** A tree of a few files with a few edits: file ▶ content. Some are deleted, renamed, or new. */
function anyTree(random, base) {
  const tree = { ...base };
  for (let n = 1 + random.below(3); n > 0; n--) {
    const file = random.pick(Object.keys(tree));
    const kind = random.below(12);
    if (kind === 0) delete tree[file];
    else if (kind === 1) tree[random.pick(['new1', 'new2'])] = `${random.below(2)}\n`;
    else if (kind === 2) {
      tree[`${file}-moved`] = tree[file];
      delete tree[file];
    } else {
      const text = tree[file].split('\n').slice(0, -1);
      text.splice(random.below(text.length + 1), random.below(3), `edit ${random.below(3)}`);
      tree[file] = text.map((line) => `${line}\n`).join('');
    }
    if (Object.keys(tree).length === 0) return base;
  }
  return tree;
}

/** All cases in one stream of git fast-import: a base, and two branches on it for each case. */
function importCases(place) {
  const text = Array.from({ length: 12 }, (_, i) => `line ${i}\n`).join('');
  const base = { f1: text, f2: `${text}two\n`, 'dir/f3': `three\n${text}` };
  const commit = (ref, tree, from) =>
    [
      `commit refs/heads/${ref}`,
      'committer Bench <bench@example.invalid> 1700000000 +0000',
      'data 1\nx',
      ...(from ? [`from ${from}`] : []),
      'deleteall',
      ...Object.entries(tree).map(
        ([file, content]) => `M 100644 inline ${file}\ndata ${Buffer.byteLength(content)}\n${content}`,
      ),
      '',
    ].join('\n');
  const stream = [commit('base', base, null)];
  for (let n = 1; n <= CASES; n++) {
    const random = createRandom(n);
    for (const side of ['a', 'b']) stream.push(commit(`${side}${n}`, anyTree(random, base), 'refs/heads/base'));
  }
  execFileSync('git', ['fast-import', '--quiet', '--force'], {
    cwd: place.root,
    env: place.env,
    input: stream.join(''),
  });
}

/** How many verdicts are those of `git merge`, with the same tree where it is clean and the same files where it is not. */
async function verdicts() {
  const place = makePlace();
  const git = (...args) => spawnSync('git', args, { cwd: place.root, env: place.env, encoding: 'utf8' });
  const line = (...args) => git(...args).stdout.trim();
  let equal = 0;
  let conflicts = 0;
  try {
    importCases(place);
    for (let n = 1; n <= CASES; n++) {
      const said = await mergeTree(place.root, `a${n}`, `b${n}`);
      git('checkout', '-q', '-f', '--detach', `a${n}`);
      const clean = git('merge', '-q', '--no-edit', `b${n}`).status === 0;
      if (!clean) conflicts++;
      const files = new Set(
        line('ls-files', '--unmerged', '-z')
          .split('\0')
          .filter(Boolean)
          .map((one) => one.split('\t')[1]),
      );
      const same = clean
        ? said.conflicts.length === 0 && said.tree === line('rev-parse', 'HEAD^{tree}')
        : said.conflicts.length > 0 && [...files].every((file) => said.conflicts.some((one) => one.file === file));
      if (same) equal++;
      if (!clean) {
        git('reset', '-q', '--hard');
        git('clean', '-fdq');
      }
    }
    return { equal, conflicts };
  } finally {
    place.close();
  }
}

export async function run() {
  const { cold, later } = await times();
  const { equal, conflicts } = await verdicts();
  const one = median(later);
  return [
    {
      name: `forecast of ${AGENTS} agents, 40 pairs`,
      value: cold,
      unit: 'ms',
      ratio: null,
      target: '≤ 3000 ms',
      ok: cold <= 3000,
    },
    {
      name: 'again after one file changed',
      value: one,
      unit: 'ms',
      ratio: one / cold,
      target: '≤ 100 ms',
      ok: one <= 100,
    },
    {
      name: `verdicts as git merge, of ${CASES} (${conflicts} conflicts)`,
      value: equal,
      unit: 'cases',
      ratio: equal / CASES,
      target: `${CASES}`,
      ok: equal === CASES,
    },
  ];
}
