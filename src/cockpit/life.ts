import { followAll, keepDaemon, type Link } from '../client/keep.ts';
import { isTerminal } from '../core/lifecycle.ts';
import { reduce } from '../core/reduce.ts';
import type { Agent } from '../schema/agent.ts';
import { childId } from '../schema/plain.ts';
import type { ProjectState } from '../schema/state.ts';
import type { Signal } from './store/mirror.ts';

export interface LifeOptions {
  root: string;
  agent: Agent;
  env?: Record<string, string | undefined>;
  /** It runs here now: told again after a restart, when its child and perhaps its host are others. */
  onPlace(place: { child: string; socket: string }): void;
  /** Connected to a daemon, also after a loss. */
  onConnected?(call: Link['call']): void;
  /** The project as it is now known; told after each change of it. */
  onProject?(project: ProjectState): void;
  /** It has ended and was not started anew, is removed, or everything was stopped. Told once. */
  onEnd(): void;
  /** It rings, notifies, or sets the clipboard. */
  onSignal(signal: Signal): void;
}

export interface Life {
  /** Asks the daemon; rejects while there is none. */
  call: Link['call'];
  /** As last known. */
  readonly agent: Agent;
  /** Tells the daemon that its output was looked at; nothing while there is no daemon. */
  seen(): Promise<void>;
  close(): void;
}

/** A restart ends the agent and begins it anew: an end counts when nothing has followed for so long, in milliseconds. */
const END_MS = 250;

/** Follows one agent through its restarts and the daemon's. Rejects as `connectDaemon` when the first attempt fails. */
export async function followLife({
  root,
  env,
  onPlace,
  onEnd,
  onSignal,
  onProject,
  onConnected,
  ...given
}: LifeOptions): Promise<Life> {
  const { id } = given.agent;
  let { agent } = given;
  let project: ProjectState | undefined;
  let shown = '';
  let ending: NodeJS.Timeout | undefined;
  let over = false;
  const end = () => {
    if (!over) onEnd();
    over = true;
  };
  const look = () => {
    if (project) onProject?.(project);
    const now = project?.agents[id];
    if (!now) return end();
    agent = now;
    const stays = !isTerminal(now.status.state) && now.endedAt === null;
    if (stays || !ending) clearTimeout(ending);
    if (stays) ending = undefined;
    else ending ??= setTimeout(end, END_MS);
    const socket = stays && project?.hosts.find((host) => host.id === now.host)?.socket;
    if (!socket || shown === `${childId(now)} ${socket}`) return;
    shown = `${childId(now)} ${socket}`;
    onPlace({ child: childId(now), socket });
  };
  const link = await keepDaemon({
    root,
    ...(env ? { env: env as NodeJS.ProcessEnv } : {}),
    on: {
      event(said) {
        if (project) project = reduce(project, said.agent, said.event);
        if (project && said.agent === id) look();
      },
      hosts({ hosts }) {
        if (!project) return;
        project = { ...project, hosts };
        look();
      },
      signal: (signal) => signal.agent === id && onSignal(signal),
      leaving: ({ agents }) => agents && end(),
    },
    follow: followAll,
    onConnected(state, client) {
      project = state;
      onConnected?.(client.call);
      look();
    },
    // Typing goes on: the host is another process.
    onLost() {},
  });
  return {
    get agent() {
      return agent;
    },
    call: link.call,
    seen: async () => void (await link.call('agent.seen', { agent: id }).catch(() => {})),
    close() {
      clearTimeout(ending);
      link.close();
    },
  };
}
