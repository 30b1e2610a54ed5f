import type { ConnectOptions } from '../../client/daemon.ts';
import { followAll, keepDaemon, type Link } from '../../client/keep.ts';
import { reduce } from '../../core/reduce.ts';
import type { Delta } from '../../schema/activity.ts';
import type { Answerer } from '../../schema/approval.ts';
import type { Collision } from '../../schema/collision.ts';
import type { ConfigProblem, ResolvedConfig } from '../../schema/config.ts';
import type { AgentEvent } from '../../schema/event.ts';
import type { SearchResult } from '../../schema/search.ts';
import { messageOf } from '../../util/errors.ts';
import { keymapOf } from '../selectors/keymap.ts';
import { risenWords } from '../views/collisions/risen.ts';
import type { CockpitStore } from './store.ts';

/** An agent rings, notifies or sets the clipboard (schema/daemon, topic `signal`). */
export type Signal = Parameters<NonNullable<NonNullable<ConnectOptions['on']>['signal']>>[0];

export type Notice = Parameters<NonNullable<NonNullable<ConnectOptions['on']>['notice']>>[0];

export interface MirrorOptions {
  root: string;
  store: CockpitStore;
  /** The environment agents get, and in which runtimes are looked for. */
  env: Record<string, string>;
  onSignal(signal: Signal): void;
  /** What happened to an agent; `seq`: its number in the agent's record, 0: in none. */
  onEvent(agent: string, event: AgentEvent, seq: number): void;
  /** What an agent is saying. */
  onDeltas(agent: string, deltas: readonly Delta[]): void;
  /** The daemon wants to know whether this screen is seen just now. */
  onLook(): void;
  /** Somebody is to be told who does not look: by this screen, and by no other. */
  onNotice(notice: Notice): void;
  /** What the search of this name has found so far. */
  onFound(part: string, result: SearchResult): void;
  /** A request (by id) is open no more. */
  onAnswered(id: string, by: Answerer): void;
  /** What these agents (ids) differ in has changed. */
  onChanges(agents: readonly string[]): void;
  /** Tool calls, turns or usage of some agents have changed. */
  onTraces(): void;
  /** A file of a workflow has changed. */
  onWorkflows(): void;
  /** Aborted: the connection ends, or is not made. */
  signal?: AbortSignal;
}

/**
 * Keeps the store's `data` as the daemon has it: the state folded with the daemon's own reducer, config, branches and
 * runtimes. Comes back by itself after a loss. Rejects when the first attempt to connect fails.
 */
export async function createMirror(options: MirrorOptions): Promise<Link> {
  const { root, store, env, onSignal, onFound, onChanges, onTraces, onAnswered, onEvent, onDeltas, signal } = options;
  // A note may come before the first connecting is over: then `onConnected` asks for everything anyway.
  let call: Link['call'] | undefined;
  return keepDaemon({
    root,
    env,
    ...(signal && { signal }),
    on: {
      event({ agent, event, seq }) {
        const { project } = store.getState().data;
        const next = project && reduce(project, agent, event);
        if (event.type === 'answered') onAnswered(event.id, event.by);
        if (next && next !== project) store.setData({ project: next });
        onEvent(agent, event, seq ?? 0);
      },
      hosts({ hosts }) {
        const { project } = store.getState().data;
        if (project) store.setData({ project: { ...project, hosts } });
      },
      searches({ searches }) {
        const { project } = store.getState().data;
        if (project) store.setData({ project: { ...project, searches } });
      },
      deltas: ({ agent, deltas }) => onDeltas(agent, deltas),
      changes: ({ agents }) => onChanges(agents),
      traces: () => onTraces(),
      workflows: () => options.onWorkflows(),
      collisions({ collisions, risen }) {
        takeCollisions(store, collisions);
        const words = risenWords(risen);
        if (words) store.say(words.level, words.text);
      },
      message: ({ level, text }) => store.say(level, text),
      config: () =>
        void call?.('config.get', {}).then(
          (value) => takeConfig(store, value),
          () => {},
        ),
      found: ({ part, result }) => onFound(part, result),
      signal: onSignal,
      notice: options.onNotice,
      look: options.onLook,
    },
    follow: followAll,
    onConnected(project, client) {
      const again = store.getState().data.link === 'lost';
      store.setData({ project, link: 'connected' });
      if (again) store.say('info', 'Connected to the daemon again; living agents went on meanwhile.');
      call = client.call;
      void askFacts(store, client.call, { env, git: project.project.git });
    },
    onLost: () => store.setData({ link: 'lost' }),
  });
}

/** What is not part of the state. */
async function askFacts(
  store: CockpitStore,
  call: Link['call'],
  { env, git }: { env: MirrorOptions['env']; git: boolean },
): Promise<void> {
  const ask = <T>(answer: Promise<T>, take: (value: T) => void) =>
    answer.then(take, (error) => store.say('warning', messageOf(error)));
  await Promise.all([
    ask(call('config.get', {}), (value) => takeConfig(store, value)),
    ask(call('runtimes.list', { env }), ({ runtimes }) => store.setData({ runtimes })),
    // A folder that is no repository has none, which is nothing to warn of each time.
    ...(git ? [ask(call('git.refs', {}), (refs) => store.setData({ refs }))] : []),
    ask(call('collisions.list', {}), ({ collisions }) => takeCollisions(store, collisions)),
  ]);
}

const takeCollisions = (store: CockpitStore, list: readonly Collision[]) =>
  store.setData({ collisions: { ...store.getState().data.collisions, list } });

/** What is wrong with the config: the first thing, and that all else in that file does not count either. */
export function configWords([problem, ...more]: readonly ConfigTrouble[]): string | null {
  if (!problem) return null;
  const { file, path, message, hint } = problem;
  const rest = more.length > 0 ? ` boocode config check names ${more.length} more.` : '';
  return `${file}: ${path ? `${path}: ` : ''}${message}. ${hint} Until then this file is not used.${rest}`;
}
type ConfigTrouble = Pick<ConfigProblem, 'file' | 'path' | 'message' | 'hint'>;

/** Keys and theme change at once; what is wrong is said. */
function takeConfig(
  store: CockpitStore,
  { config, problems, trusted }: { config?: unknown; problems: ConfigTrouble[]; trusted: boolean },
): void {
  const before = store.getState().data.config;
  const next = config as ResolvedConfig;
  store.setData({ config: next, problems: problems as never });
  if (!before || before.ui.theme !== next.ui.theme) store.setUi({ theme: next.ui.theme });
  const [keyProblem, ...more] = keymapOf(store.getState()).problems;
  const words = configWords(problems);
  if (words) store.say('warning', words);
  else if (keyProblem) {
    const { id, message, hint } = keyProblem;
    const rest = more.length > 0 ? ` boocode config check names ${more.length} more.` : '';
    store.say('warning', `keys.${id}: ${message}. ${hint}${rest}`);
  } else if (!trusted && !before) {
    store.say('warning', "This project's config would run commands and is not trusted yet: boocode config trust");
  }
}
