import type { Agent } from '../../schema/agent.ts';
import type { DaemonNotes } from '../../schema/daemon.ts';
import type { Context } from '../context.ts';
import { agentNamed } from '../named.ts';
import type { Client } from '../server.ts';

/**
 * The agents of a run as they are now; from here on its process is told of them alone, and of them no more than it counts: it is one of
 * many subscribers, and most of what happens in a project is nothing to it.
 */
export function followRun(ctx: Context, name: string, client: Client): { agents: Agent[] } {
  const { store } = ctx;
  const run = agentNamed(ctx, name).id;
  const isHis = ({ agent, event }: DaemonNotes['event']) => {
    if (event.type === 'created') return event.agent.parentId === run;
    return event.type === 'used' && store.get().agents[agent]?.parentId === run;
  };
  client.subscribe((topic, data) => topic === 'leaving' || (topic === 'event' && isHis(data as DaemonNotes['event'])));
  return { agents: store.all().filter(({ parentId }) => parentId === run) };
}
