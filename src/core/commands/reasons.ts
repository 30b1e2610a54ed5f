import { isLive } from '../lifecycle.ts';
import type { CommandContext } from './context.ts';

/** Why a command cannot run now, as a clause; null: it can. */
export type Reason = (context: CommandContext) => string | null;

export const linked: Reason = (context) =>
  context.connected ? null : 'the daemon is not connected; it is being started again';
export const chosen: Reason = (context) =>
  context.agent ? null : context.agents === 0 ? 'there is no agent yet' : 'no agent is selected';
export const living: Reason = ({ agent }) =>
  agent && !isLive(agent) ? `${agent.name} has ended (${agent.status.state})` : null;

/** The first of them that says something. */
export const first =
  (...reasons: Reason[]): Reason =>
  (context) => {
    for (const reason of reasons) {
      const said = reason(context);
      if (said) return said;
    }
    return null;
  };
