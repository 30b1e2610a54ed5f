import type { HostEvent, SpawnParams } from '../../schema/host.ts';
import type { Emulator } from '../emulator/emulator.ts';
import { createRecorder, type Recorder } from '../recorder.ts';
import { screenSnapshot } from '../screen/snapshot.ts';

/** Records a child where that is wanted, and tells when the recording pauses, goes on or stops for good. */
export function recordChild({
  params: { child, recording, size, argv },
  emulator,
  say,
  log,
}: {
  params: SpawnParams;
  emulator: Emulator;
  say(event: HostEvent): void;
  log(text: string): void;
}): Recorder | undefined {
  if (!recording) return undefined;
  const tell = (state: 'paused' | 'resumed' | 'stopped', reason: string) => {
    log(`recording of ${child} to ${recording.path} has ${state}${reason && `: ${reason}`}`);
    say({ type: 'recording', state, reason });
  };
  return createRecorder({
    ...recording,
    size,
    command: argv.join(' '),
    snapshot: () => screenSnapshot(emulator),
    onPause: (reason) => (reason === null ? tell('resumed', '') : tell('paused', reason)),
    onFailure: (reason) => tell('stopped', reason),
  });
}
