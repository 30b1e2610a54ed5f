// Changes of the sample's agents, and a daemon that answers what a review asks of it.
import { judgedAgain } from '../../src/core/review.ts';
import type { Agent } from '../../src/schema/agent.ts';
import type { FileChange } from '../../src/schema/change.ts';
import type { Comment, FileReview } from '../../src/schema/review.ts';
import { shownHunk } from '../core/diff/hunks.ts';
import type { drawn } from './cockpit.ts';

type Hunks = ReturnType<typeof shownHunk>[];
export interface SampleFile {
  change: FileChange;
  hunks: Hunks;
}

let blobs = 0;
export function file(name: string, hunks: Hunks, more: Partial<FileChange> = {}): SampleFile {
  const sum = (side: 'added' | 'removed') => hunks.reduce((total, one) => total + one.hunk[side], 0);
  const blob = () => String(++blobs).padStart(40, '0');
  const whole = {
    id: `whole ${name}`,
    oldStart: 0,
    oldLines: 0,
    newStart: 0,
    newLines: 0,
    decision: 'pending',
    fresh: true,
  } as const;
  return {
    hunks,
    change: {
      ...{
        file: name,
        from: null,
        kind: 'edited',
        oldMode: '100644',
        newMode: '100644',
        oldBlob: blob(),
        newBlob: blob(),
      },
      ...{ added: sum('added'), removed: sum('removed'), content: 'text', reviewed: false },
      ...{ whole: hunks.length > 0 ? null : whole, hunks: hunks.map(({ hunk }) => hunk) },
      ...more,
    },
  };
}

export const auth = () =>
  file('src/auth.ts', [
    shownHunk('@@ -10,6 +10,8 @@ export function login(user: User) {', [
      '   // Who may come in.',
      '-  const tries = 3;',
      '+  const tries = 5; ',
      '   if (user.blocked) return false;',
      '-  return check(user.name, "plain");',
      '+  const hash = digest(user.password);',
      '+  return check(user.name, hash, `v2`);',
      ' }',
      '+',
      ' ',
    ]),
    shownHunk('@@ -40,3 +42,3 @@ export function logout() {', ['   session.end();', '-\treturn;', '+  return;', ' }']),
  ]);

export const samples = (): Record<string, SampleFile[]> => ({
  'id-auth-fix': [
    auth(),
    file(
      'docs/a folder with a long name/that goes on/notes.md',
      [shownHunk('@@ -1,1 +1,2 @@', [' # Notes', '+- log in'])],
      { kind: 'created', oldMode: '000000' },
    ),
    file('logo.png', [], { content: 'binary' }),
  ],
  'id-api-tests': [
    file('src/auth.ts', [shownHunk('@@ -11,1 +11,1 @@', ['-  const tries = 3;', '+  const tries = 4;'])]),
  ],
  'id-docs': [],
});

/** Answers a review's questions from `files`, which the test may change; notes every other request. */
export function served(cockpit: ReturnType<typeof drawn>, files: Record<string, SampleFile[]>) {
  const { store, cockpit: opened } = cockpit;
  const asked: { method: string; params: Record<string, never> }[] = [];
  const answers: Record<string, (params: never) => unknown> = {};
  const reviewOf = (agent: string) => store.getState().data.project?.agents[agent]?.review ?? {};
  const judged = (agent: string, one: SampleFile) => judgedAgain(one.change, reviewOf(agent)[one.change.file]);
  /** As the daemon's events would. */
  const change = (agent: string, fields: (before: Agent) => Partial<Agent>) => {
    const { project } = store.getState().data;
    const before = project!.agents[agent]!;
    store.setData({
      project: { ...project!, agents: { ...project!.agents, [agent]: { ...before, ...fields(before) } } },
    });
  };
  let comments = 0;
  const known: Record<string, (params: { agent: string; file: string; comment: Comment }) => unknown> = {
    'changes.comment': ({ agent, comment: { id, ...said } }) => {
      const comment = said.text.trim() === '' ? null : { id: id ?? `c${comments++}`, ...said };
      change(agent, (before) => ({
        comments: [...(before.comments ?? []).filter((one) => one.id !== id), ...(comment ? [comment] : [])],
      }));
      return { comment };
    },
    'changes.list': ({ agent }) => ({
      changes: (agent === null ? Object.keys(files) : [agent]).map((id) => ({
        agent: id.slice(3),
        id,
        files: (files[id] ?? []).map((one) => judged(id, one)),
      })),
    }),
    'changes.diff': ({ agent, file: name }) => {
      const one = files[agent]!.find(({ change }) => change.file === name)!;
      const change = judged(agent, one);
      return { change, hunks: one.hunks.map(({ lines }, index) => ({ hunk: change.hunks[index], lines })) };
    },
  };
  opened.bridge.call = (async (method: string, params: never) => {
    // What the cockpit says by itself of what it looks at is nobody's question.
    if (method !== 'screen.attend') asked.push({ method, params });
    const answer = answers[method] ?? known[method];
    if (!answer) throw new Error(`nobody answers ${method}`);
    return structuredClone(answer(params));
  }) as typeof opened.bridge.call;
  return {
    asked,
    answers,
    decided: (agent: string, name: string, review: FileReview) =>
      change(agent, (before) => ({ review: { ...before.review, [name]: review } })),
  };
}
