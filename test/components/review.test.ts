import { afterEach, describe, expect, test } from 'vitest';
import { shownHunk } from '../core/diff/hunks.ts';
import { file, samples, served } from './changes.ts';
import { drawn } from './cockpit.ts';
import { project, team } from './sample.ts';
import { picture } from './still.ts';

let open: ReturnType<typeof drawn>;
afterEach(() => open.close());
function start(size = { cols: 120, rows: 40 }, files = samples(), agents = team) {
  open = drawn(size, project(agents));
  return served(open, files);
}
/** The review, with the keys pressed once it is there. */
const into = async (...keys: string[]) => {
  await open.press('2');
  return open.press(...keys);
};
const last = (rows: string[]) => rows.at(-1)!;
const all = (rows: string[]) => rows.join('\n');

describe.each([
  { cols: 80, rows: 24 },
  { cols: 120, rows: 40 },
  { cols: 300, rows: 100 },
])('at $cols×$rows', (size) => {
  const name = (what: string) => `${what}-${size.cols}x${size.rows}`;

  test('the review of one agent, and of all by file', async () => {
    const daemon = start(size);
    await open.press('2');
    daemon.decided('id-auth-fix', 'src/auth.ts', { pieces: { '-10,6 +10.1': 'removed' }, reviewed: ['-10,6 +10.0'] });
    await picture(await open.press('Enter', 'j', 'j'), name('review'));
    await picture(await open.press('o', 'b', 'z'), name('review-sides'));
  });
});

test('what has no lines to show is called what it is', async () => {
  start(
    { cols: 80, rows: 24 },
    {
      'id-auth-fix': [
        file('empty.txt', [], { content: 'mode', kind: 'created', oldMode: '000000' }),
        file('new-name.ts', [], { content: 'mode', kind: 'renamed', from: 'old-name.ts' }),
        file('now-a-link', [], { content: 'binary', newMode: '120000' }),
        file('run.sh', [], { content: 'mode', newMode: '100755' }),
        file('vendor/lib', [], { content: 'binary', oldMode: '160000', newMode: '160000' }),
      ],
      'id-api-tests': [],
      'id-docs': [],
    },
  );
  const seen: string[] = [await into()].map(all);
  for (let files = 1; files < 5; files++) seen.push(all(await open.press('J')));
  for (const [row, says] of [
    [/A empty.txt +empty│/, 'It is empty.'],
    [/R new-name.ts +renamed│/, 'Only its name changed.'],
    [/M now-a-link +file → link│/, 'It became another kind of thing: file → link.'],
    [/M run.sh +mode│/, 'Only its mode changed: 100644 → 100755.'],
    [/M vendor\/lib +submodule│/, 'A submodule 0000000 → 0000000.'],
  ] as const) {
    const screen = seen.shift()!;
    expect(screen).toMatch(row);
    expect(screen).toContain(says);
  }
});

test('two sides say what they need where they do not fit', async () => {
  start({ cols: 80, rows: 24 });
  expect(all(await into('Enter', 'b'))).toContain('Two sides need 100 columns for the diff; this screen has 80.');
});

test('approves the hunk one stands in and goes on to the next', async () => {
  const daemon = start();
  daemon.answers['changes.decide'] = () => ({ files: [] });
  await into('Enter', 'a');
  const decided = daemon.asked.filter(({ method }) => method === 'changes.decide');
  const newBlob = open.store.getState().data.review.diff!.change.newBlob;
  expect(decided[0]!.params).toEqual({
    agent: 'id-auth-fix',
    parts: [{ file: 'src/auth.ts', pieces: ['-10,6 +10.0', '-10,6 +10.1', '-10,6 +10.2'] }],
    decision: 'approved',
    seen: newBlob,
  });
  daemon.decided('id-auth-fix', 'src/auth.ts', {
    pieces: { '-10,6 +10.0': 'approved', '-10,6 +10.1': 'approved', '-10,6 +10.2': 'approved' },
    reviewed: null,
  });
  const rows = all(await open.settle());
  expect(rows).toContain('@@ -10,6 +10,8 @@ export function login(user: User) { · 3 pieces · ✓ approved');
  expect(rows).toContain('▸@@ -40,3 +42,3 @@');
  // Once more takes it back.
  await open.press('Left', 'a');
  expect(daemon.asked.at(-1)!.params).toMatchObject({ decision: 'pending' });
});

test('a selection means the pieces it touches, the list means the file, its head the agent', async () => {
  const daemon = start();
  daemon.answers['changes.decide'] = () => ({ files: [] });
  const parts = () =>
    (daemon.asked.findLast(({ method }) => method === 'changes.decide')!.params as unknown as { parts: unknown }).parts;
  await into('Enter', 'j', 'j', 'v', 'j', 'a');
  expect(parts()).toEqual([{ file: 'src/auth.ts', pieces: ['-10,6 +10.0'] }]);
  await open.press('Escape', 'a');
  expect(parts()).toEqual([{ file: 'src/auth.ts', pieces: null }]);
  await open.press('g', 'a');
  expect(parts()).toMatchObject([{ file: 'src/auth.ts' }, { pieces: null }, { file: 'logo.png' }]);
});

test('a refused decision is said, and what is there now is read', async () => {
  const daemon = start();
  await into('Enter');
  daemon.answers['changes.decide'] = () => {
    throw new Error('src/auth.ts of auth-fix has changed since you looked at it');
  };
  const before = daemon.asked.length;
  expect(last(await open.press('a'))).toContain('has changed since you looked at it');
  expect(daemon.asked.slice(before).map(({ method }) => method)).toEqual(['changes.decide', 'changes.list']);
});

test('what the agent writes meanwhile leaves one in the same piece', async () => {
  const files = samples();
  start({ cols: 120, rows: 40 }, files);
  await into('Enter', 'G', 'k');
  expect(all(await open.settle())).toMatch(/▸ +43 \+··return;/);
  const one = files['id-auth-fix']![0]!;
  files['id-auth-fix']![0] = file('src/auth.ts', [
    shownHunk('@@ -1,1 +1,3 @@', [' // top', '+// one', '+// two']),
    { ...one.hunks[1]!, hunk: { ...one.hunks[1]!.hunk, header: '@@ -40,3 +44,3 @@' } },
  ]);
  open.cockpit.bridge.review.changed(['id-auth-fix']);
  expect(all(await open.settle())).toMatch(/▸ +45 \+··return;/);
});

test('in a checkout of several agents each file says whose edits it has, as far as it is known', async () => {
  const files = samples();
  files['id-auth-fix'] = [
    file('a.ts', [shownHunk('@@ -1,0 +1,1 @@', ['+one'])], { writers: ['api-tests', 'auth-fix'] }),
    file('b.ts', [shownHunk('@@ -1,0 +1,1 @@', ['+one'])], { writers: [] }),
  ];
  const here = new Set(['auth-fix', 'api-tests', 'migrate']);
  const agents = team.map((one) => (here.has(one.name) ? { ...one, worktree: null } : one));
  start({ cols: 120, rows: 40 }, files, agents);
  const rows = all(await into());
  expect(rows).toMatch(/auth-fix and api-tests in one checkout +2 files/);
  expect(rows).toMatch(/a\.ts +by api-tests, a… \+1 −0/);
  expect(rows).toMatch(/b\.ts +by \? \+1 −0/);
  expect(rows).toMatch(/─ a\.ts · edited · \+1 −0 · by api-tests, auth-fix/);
});

test('a file whose rejection waits is called by its name', async () => {
  const daemon = start();
  await into('D');
  daemon.answers['changes.reject'] = () => ({
    operation: null,
    told: null,
    untold: 'auth-fix is in the middle of a turn',
  });
  const rows = all(await open.press('Enter'));
  expect(rows).toMatch(/Rejected src\/auth\.ts: it is taken out when auth-fix’s turn ends\. U undoes it\./);
});

test('a rejected hunk asks why, and says what was done and told', async () => {
  const daemon = start();
  await into('Enter');
  expect(all(await open.press('d'))).toContain('Reject the hunk at line 11 of src/auth.ts?');
  daemon.answers['changes.reject'] = () => ({
    operation: {
      id: 'o1',
      kind: 'reject',
      agent: 'auth-fix',
      target: '/w',
      at: 0,
      files: [{ file: 'src/auth.ts', outcome: 'written' }],
      undone: false,
    },
    told: { text: '', receipt: 'submitted', evidence: { source: 'output', detail: '' } },
  });
  const rows = all(await open.press(...'no', 'Enter'));
  expect(daemon.asked.findLast(({ method }) => method === 'changes.reject')!.params).toMatchObject({
    reason: 'no',
    now: false,
  });
  expect(rows).toMatch(/Rejected the hunk at line 11 of src\/auth.ts: 1 file written\.[\s\S]*was told/);
});

test('comments are collected, changed, removed and sent as one message', async () => {
  const daemon = start();
  await into('Enter', 'j', 'j', 'j', 'c');
  await open.press(...'why five', 'Enter');
  await open.press('Right', 'j', 'c', ...'x', 'Enter');
  expect(all(await open.press('C'))).toMatch(
    /2 comments for auth-fix[\s\S]*src\/auth.ts:11 +why five[\s\S]*src\/auth.ts:42/,
  );
  await open.press('j', 'x');
  await open.press('e', ...' tries?', 'Enter');
  const kept = open.store.getState().data.project!.agents['id-auth-fix']!.comments!;
  expect(kept).toMatchObject([
    { file: 'src/auth.ts', line: 11, endLine: 11, quote: '  const tries = 5; ', text: 'why five tries?' },
  ]);
  daemon.answers['changes.send'] = () => ({
    text: '',
    receipt: 'submitted',
    evidence: { source: 'output', detail: 'it works' },
  });
  const rows = await open.press('s');
  expect(daemon.asked.at(-1)!.params).toEqual({ agent: 'id-auth-fix', comments: kept.map(({ id }) => id) });
  expect(last(rows)).toContain('auth-fix, 1 comment: submitted (it works)');
});

test('help begins with the keys of the review while one is there', async () => {
  start();
  expect(all(await into('?'))).toMatch(/Help ─+╮[^\n]*\n[^\n]*│ Review /);
  await open.press('Escape', 'Escape');
  expect(all(await open.press('?'))).toMatch(/Help ─+╮[^\n]*\n[^\n]*│ Agents /);
});

test('at the head of a hunk a comment is on its changes', async () => {
  start();
  expect(all(await into('Enter', 'c'))).toMatch(/Comment on src\/auth.ts, lines 11–\d+[\s\S]*│ {3}const tries = 3;/);
  await open.press('Escape');
});

test('a comment that the daemon did not keep stays in its dialog', async () => {
  const daemon = start();
  await into('Enter', 'j', 'c');
  daemon.answers['changes.comment'] = () => {
    throw new Error('the connection is lost');
  };
  expect(all(await open.press(...'words', 'Enter'))).toMatch(/words[\s\S]*the connection is lost/);
  delete daemon.answers['changes.comment'];
  expect(last(await open.press('Enter'))).toContain('It is kept until all comments are sent');
});

test('a search marks what it finds and goes to it', async () => {
  start();
  await into('/', ...'return');
  expect(all(await open.settle())).toMatch(/▸ +12 12 +if \(user.blocked\) return false/);
  await open.press('Enter', 'n');
  expect(all(await open.settle())).toMatch(/▸ +13 +- +return check/);
  await open.press('N', 'N');
  expect(all(await open.settle())).toMatch(/▸ +43 \+/);
});

test('split asks for every piece alone; more lines around for more context', async () => {
  const daemon = start();
  await into('Enter', 's', '+');
  expect(daemon.asked.at(-1)).toMatchObject({ method: 'changes.diff', params: { split: true, context: 4 } });
});

test('apply shows what goes where, and needs something that is approved', async () => {
  const daemon = start();
  expect(last(await into('P'))).toContain('nothing of it is approved yet');
  daemon.decided('id-auth-fix', 'src/auth.ts', { pieces: { '-10,6 +10.0': 'approved' }, reviewed: null });
  expect(all(await open.press('P'))).toMatch(
    /Apply what is approved of auth-fix\?[\s\S]*src\/auth.ts \(1 of 4 pieces\)/,
  );
  daemon.answers['changes.apply'] = () => ({
    operation: {
      id: 'o',
      kind: 'apply',
      agent: 'auth-fix',
      target: 'main',
      at: 0,
      undone: false,
      files: [{ file: 'src/auth.ts', outcome: 'merged' }],
    },
  });
  expect(last(await open.press('Enter'))).toContain('Applied to main: 1 file merged. U undoes it.');
  const params = () => daemon.asked.findLast(({ method }) => method === 'changes.apply')!.params;
  expect(params()).toMatchObject({ target: null, stage: null });
  expect(all(await open.press('P'))).toContain('Apply what is approved');
  expect(all(await open.press('s'))).toMatch(/Into +\(the project's checkout[\s\S]*▸Staged +‹ yes ›/);
  expect(all(await open.press('Tab', ...'sync/y n'))).toMatch(/▸Into +sync\/y n/);
  await open.press('BSpace', 'BSpace', 'Enter');
  expect(params()).toMatchObject({ target: 'sync/y', stage: true });
});

test('hidden signs are seen, and none reaches the terminal as it is', async () => {
  start(
    { cols: 120, rows: 40 },
    {
      'id-auth-fix': [file('a.ts', [shownHunk('@@ -1,1 +1,2 @@', [' a', '+if (admin\u202e) {\x1b[2J\x07\u200b}'])])],
    },
  );
  expect(all(await open.press('2'))).toContain('if (admin‹202e›) {␛[2J␇‹200b›}');
});

test('a line end that is gone, and one that changed', async () => {
  const hunk = shownHunk('@@ -1,2 +1,2 @@', ['-a\r', '+a', ' b\r']);
  start(
    { cols: 120, rows: 40 },
    {
      'id-auth-fix': [
        file('a.txt', [{ ...hunk, lines: hunk.lines.map((line, index) => ({ ...line, noEol: index === 2 })) }]),
      ],
    },
  );
  const rows = all(await open.press('2'));
  expect(rows).toContain('-a␍');
  expect(rows).toContain('⊘ no newline at the end');
});

test('a hundred thousand lines and five thousand files move at once', async () => {
  const lines = Array.from({ length: 100_000 }, (_, index) => `+const line${index} = ${index};`);
  const many = Array.from({ length: 5000 }, (_, index) =>
    file(`src/z${index}.ts`, [shownHunk('@@ -1,1 +1,2 @@', [' a', '+b'])]),
  );
  start(
    { cols: 120, rows: 40 },
    { 'id-auth-fix': [file('a.ts', [shownHunk('@@ -0,0 +1,100000 @@', lines)]), ...many] },
  );
  expect(all(await into('Enter', 'G'))).toContain('const line99999 = 99999;');
  const begun = performance.now();
  for (let step = 0; step < 20; step++) open.screen.send({ type: 'key', key: 'k', text: 'k', bytes: Buffer.from('k') });
  expect(all(await open.settle())).toMatch(/▸.*const line99979/);
  expect(performance.now() - begun).toBeLessThan(3000);
  await open.press('Escape', 'G');
  expect(all(await open.settle())).toContain('src/z4999.ts');
});

test.each([
  [40, 10],
  [61, 13],
  [99, 24],
  [100, 10],
  [140, 30],
])('every row of %d×%d is as wide as the screen, in every form', async (cols, rows) => {
  const daemon = start({ cols, rows });
  daemon.answers['forecast.get'] = () => ({ forecast: { pairs: [], order: ['docs'], remaining: [], target: 'main' } });
  await open.press('2');
  for (const keys of [['Enter'], ['b'], ['z'], ['L'], ['o'], ['3']]) {
    const lines = await open.press(...keys);
    for (const line of lines.slice(1, -1)) expect(line).toMatch(/^[╭│╰].*[╮│╯]$/u);
    expect([...lines[1]!]).toHaveLength(cols);
  }
});
