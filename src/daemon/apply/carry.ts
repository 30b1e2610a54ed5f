import type { Wish } from '../../core/apply.ts';
import { branchSite, commitWrites, moveBranch } from '../../git/branch-site.ts';
import { checkoutSite, rawSite } from '../../git/checkout-site.ts';
import { Ground } from '../../git/ground.ts';
import { createTurns } from '../../git/limit.ts';
import { nameText } from '../../git/names.ts';
import { type Plan, planWish, type Site, type Write } from '../../git/plan.ts';
import { checkIndexFree, planStage, type Staged, writeStage } from '../../git/stage.ts';
import type { Target } from '../../git/target.ts';
import type { Operation } from '../../schema/change.ts';
import type { Journal, JournalFile } from '../../schema/operation.ts';
import {
  beginOperation,
  gatherContents,
  pruneOperations,
  updateOperation,
  writeOperation,
} from '../../storage/operations.ts';
import { BooError, messageOf } from '../../util/errors.ts';
import { reasonOf } from '../../util/reason.ts';
import type { Context } from '../context.ts';
import { writeAll } from './write.ts';

/** What is to be written where, and which decisions it brings about. */
export interface Task {
  kind: Operation['kind'];
  agent: { id: string; name: string };
  target: Target;
  wishes: readonly Wish[];
  stage: boolean;
  /** File ▶ piece ▶ decision before and after. */
  pieces: ReadonlyMap<string, JournalFile['pieces']>;
  /** Contents are as they lie there, not as git keeps them. */
  raw?: boolean;
  /** Throw `conflict`, and write nothing, unless all of it goes. */
  whole?: boolean;
  undoes?: string;
  /** Of the commit upon a branch without a checkout. */
  message: string;
  /** A commit that such a branch goes back to instead. */
  back?: string | undefined;
}

/** One operation after the other per checkout or branch. */
const turns = createTurns();

/** Writes what is asked for, file by file, each whole or not at all; what was there is on the disk before. */
export async function carryOut(ctx: Context, task: Task): Promise<Journal> {
  const { target } = task;
  const journal = await turns(target.kind === 'branch' ? target.ref : target.path, () =>
    target.kind === 'branch' ? toBranch(ctx, task, target) : toCheckout(ctx, task, target.path),
  );
  decide(ctx, journal);
  return journal;
}

/** Writes the decisions that a finished operation brought about to the agent's record. */
export function decide(
  { store, log }: Context,
  { agentId, files, kind }: Pick<Journal, 'agentId' | 'files' | 'kind'>,
): void {
  for (const { file, outcome, pieces } of files) {
    const kept = store.get().agents[agentId]?.review?.[file]?.pieces ?? {};
    if (outcome === 'conflict' || outcome === 'refused' || !store.get().agents[agentId]) continue;
    // What somebody has decided since is not taken back with it.
    const holds = ([id, { before }]: [string, (typeof pieces)[string]]) =>
      kind !== 'undo' || (kept[id] ?? null) === before;
    const decided = Object.fromEntries(
      Object.entries(pieces)
        .filter(holds)
        .map(([id, { after }]) => [id, after]),
    );
    if (Object.keys(decided).length === 0) continue;
    if (!store.owe(agentId, { type: 'decided', file, pieces: decided }))
      log.warn(`decisions about ${file} wait for room`);
  }
}

async function toCheckout(ctx: Context, task: Task, path: string): Promise<Journal> {
  const ground = await Ground.open(path);
  try {
    if (task.stage) await checkIndexFree(path);
    const site = await (task.raw ? rawSite : checkoutSite)(ground, task.wishes);
    const plans = await planAll(site, task);
    const good = plans.filter(({ outcome }) => outcome !== 'conflict' && outcome !== 'refused');
    const stage = task.stage ? await planStage(path, good) : { staged: [], notes: new Map<string, string>() };
    const { journal, parts } = journalOf(task, plans, stage.staged);
    if (!plans.some(({ writes }) => writes.length > 0) && stage.staged.every(isSettled)) return journal;
    return await record(ctx, journal, parts, async () => {
      for (const { unit, error } of await writeAll(ground, plans, journal.id)) {
        for (const index of unit) fail(journal.files[index]!, error);
      }
      await stageWritten(path, journal, stage, plans);
    });
  } finally {
    await ground.close();
  }
}

const isSettled = ({ before, after }: Staged) => before?.oid === after?.oid && before?.mode === after?.mode;

/** Throws `conflict` when all of it has to go and some does not. */
async function planAll(site: Site, { wishes, whole, kind }: Task): Promise<Plan[]> {
  const plans: Plan[] = [];
  for (const wish of wishes) plans.push(await planWish(site, wish));
  const bad = plans.filter(({ outcome }) => outcome === 'conflict' || outcome === 'refused');
  if (whole && bad.length > 0) {
    const list = bad.map(({ file, reason }) => `${file}: ${reason}`).join('; ');
    throw new BooError(
      'conflict',
      `nothing was written, since the ${kind} does not fit: ${list}`,
      'Settle that by hand first.',
    );
  }
  return plans;
}

/** The journal as it is before anything is written, as if all will be. */
function journalOf({ kind, agent, target, pieces, undoes }: Task, plans: readonly Plan[], staged: readonly Staged[]) {
  const contents = gatherContents();
  const keep = (content: Write['before']) => content && contents.keep(content);
  const journal: Journal = {
    ...{ version: 1, id: '', kind, agent: agent.name, agentId: agent.id, target: target.name, at: Date.now() },
    ...{ undone: false, undoes: undoes ?? null, finished: false },
    checkout: target.kind === 'checkout' ? target.path : null,
    branch: target.kind === 'branch' ? { ref: target.ref, before: target.commit, after: null } : null,
    files: plans.map(({ file, outcome, reason, writes }) => ({
      ...{ file, outcome, pieces: pieces.get(file) ?? {} },
      ...(reason === undefined ? {} : { reason }),
      writes: writes.map(({ name, before, after }) => ({
        name: nameText(name),
        before: keep(before),
        after: keep(after),
      })),
    })),
    staged: staged.map(({ name, ...sides }) => ({ name: nameText(name), ...sides })),
  };
  return { journal, parts: contents.parts };
}

/** Puts the journal on the disk, lets `write` do it, and puts what came of it there too. */
async function record(
  { root, log }: Context,
  journal: Journal,
  parts: readonly Buffer[],
  write: () => Promise<void>,
): Promise<Journal> {
  journal.id = await beginOperation(root);
  await writeOperation(root, journal, parts);
  await write();
  journal.finished = true;
  updateOperation(root, journal);
  pruneOperations(root, Date.now()).catch((error: unknown) => log.warn(`old operations stay: ${messageOf(error)}`));
  return journal;
}

function fail(file: JournalFile, error: unknown): void {
  const known = error instanceof BooError;
  file.outcome = known && error.code === 'conflict' ? 'conflict' : 'refused';
  file.reason = known ? error.message : `it could not be written: ${reasonOf(error)}`;
  file.writes = [];
}

/** Stages what was written; where that does not go, the files stay written and say so. */
async function stageWritten(
  path: string,
  journal: Journal,
  { staged, notes }: { staged: Staged[]; notes: Map<string, string> },
  plans: readonly Plan[],
): Promise<void> {
  const failed = journal.files.filter(({ outcome }) => outcome === 'conflict' || outcome === 'refused');
  const lost = new Set(failed.map(({ file }) => file));
  const names = new Set(
    plans
      .filter(({ file }) => lost.has(file))
      .flatMap(({ wish: { name, from } }) => [nameText(name), ...(from ? [nameText(from)] : [])]),
  );
  const wanted = staged.filter(({ name }) => !names.has(nameText(name)));
  for (const file of journal.files) {
    const note = notes.get(file.file);
    if (note && !lost.has(file.file)) file.reason = note;
  }
  journal.staged = journal.staged.filter(({ name }) => !names.has(name));
  if (wanted.length === 0) return;
  await writeStage(path, wanted, 'after').catch((error: unknown) => {
    journal.staged = [];
    for (const file of journal.files) if (!lost.has(file.file)) file.reason = `not staged: ${messageOf(error)}`;
  });
}

async function toBranch(ctx: Context, task: Task, target: Extract<Target, { kind: 'branch' }>): Promise<Journal> {
  const names = task.wishes.flatMap(({ name, from }) => (from ? [name, from] : [name]));
  const site = await branchSite(ctx.root, target.commit, names);
  const plans = await planAll(site, task);
  const { journal, parts } = journalOf(task, plans, []);
  const writes = plans.flatMap((plan) => plan.writes);
  if (writes.length === 0) return journal;
  const commit = task.back ?? (await commitWrites(ctx.root, target.commit, writes, task.message));
  journal.branch!.after = commit;
  return record(ctx, journal, parts, async () => {
    await moveBranch(ctx.root, target.ref, target.commit, commit).catch((error: unknown) => {
      for (const file of journal.files) if (file.writes.length > 0) fail(file, error);
    });
  });
}
