import type { Agent } from '../../schema/agent.ts';
import type { HostEvent } from '../../schema/host.ts';
import type { Context } from '../context.ts';

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
