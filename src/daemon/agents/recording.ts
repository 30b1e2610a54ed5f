import type { Agent } from '../../schema/agent.ts';
import type { HostEvent } from '../../schema/host.ts';
import type { Context } from '../context.ts';

type Unrecorded = Pick<Context, 'store' | 'unrecorded'>;

/** Names of the agents whose recording waits for room on the disk. */
export const unrecordedNames = ({ store, unrecorded }: Unrecorded): string[] =>
  [...unrecorded].flatMap((id) => store.get().agents[id]?.name ?? []);

/** Tells who comes later what was said when it began. */
export function sayUnrecorded(ctx: Unrecorded, say: Context['publish']): void {
  const names = unrecordedNames(ctx).join(', ');
  const text = `no room on the disk: what ${names} put out is not recorded until there is some; all agents go on`;
  if (names) say('message', { level: 'warning', text });
}

/** Tells the person that recordings wait for room on the disk: once, however many wait, and once when all go on. */
export function onRecording(
  { publish, log, unrecorded }: Pick<Context, 'publish' | 'log' | 'unrecorded'>,
  { id, name }: Pick<Agent, 'id' | 'name'>,
  { state, reason }: Extract<HostEvent, { type: 'recording' }>,
): void {
  const tell = (level: 'info' | 'warning', text: string) => {
    log.warn(text);
    publish('message', { level, text });
  };
  const before = unrecorded.size;
  if (state === 'resumed') unrecorded.delete(id);
  else if (state === 'paused') unrecorded.add(id);
  if (state === 'stopped') tell('warning', `${name} is no longer recorded (${reason}); it goes on`);
  else if (before === 0 && unrecorded.size > 0)
    tell('warning', `no room on the disk: the recording of ${name} pauses until there is some; all agents go on`);
  else if (before > 0 && unrecorded.size === 0) tell('info', 'there is room on the disk again: recordings go on');
}
