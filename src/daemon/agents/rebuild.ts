import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import type { Agent } from '../../schema/agent.ts';
import { castSize, type RebuildHead, type RebuildInput, Rebuilt, RebuiltPage } from '../../schema/recording.ts';
import { writeHistory } from '../../storage/history.ts';
import { type Cast, openCast, recordingOf } from '../../storage/recording.ts';
import { entryPath } from '../../util/entry.ts';

/** What was recorded, as fast as the other side takes it. */
async function feed(to: Writable, cast: Cast, head: RebuildHead): Promise<void> {
  const say = async (value: RebuildHead | RebuildInput) => {
    if (!to.write(`${JSON.stringify(value)}\n`)) await once(to, 'drain');
  };
  let at = head.startedAt;
  await say(head);
  for await (const batch of cast.events) {
    for (const { after, code, data } of batch) {
      at += after * 1000;
      const size = code === 'r' ? castSize(data) : undefined;
      if (code === 'o') await say([at, data]);
      else if (size) await say([at, '', size]);
    }
  }
  to.end();
}

/**
 * Makes history and last screen of a life anew from its recording, in a process of its own, and keeps them. False when
 * there is no recording. Rejects when it cannot be played or written.
 */
export async function rebuildLife(root: string, agent: Agent, historyLines: number): Promise<boolean> {
  const parts = recordingOf(root, agent.id, agent.epoch);
  if (parts.length === 0) return false;
  const cast = await openCast(parts);
  const { cols, rows } = cast.header.term;
  const startedAt = (cast.header.timestamp ?? 0) * 1000 || (agent.startedAt ?? agent.createdAt);
  const child = spawn(process.execPath, [entryPath('rebuild')], { cwd: '/', stdio: ['pipe', 'pipe', 'ignore'] });
  try {
    const fed = feed(child.stdin, cast, { size: { cols, rows }, historyLines, startedAt });
    // Its end is seen below; what it can no longer be told is no fault of its own.
    child.stdin.on('error', () => {});
    fed.catch(() => child.kill());
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const first = await lines.next();
    if (first.done) throw new Error('its recording could not be played');
    const { endedAt, ...rebuilt } = Rebuilt.parse(JSON.parse(first.value));
    const { id, epoch, name, runtime } = agent;
    const life = {
      version: 1,
      agent: id,
      name,
      runtime,
      epoch,
      startedAt: agent.startedAt,
      source: 'recording',
    } as const;
    async function* pages() {
      for (let line = await lines.next(); !line.done; line = await lines.next())
        yield RebuiltPage.parse(JSON.parse(line.value));
    }
    await writeHistory(root, { ...life, ...rebuilt, endedAt: agent.endedAt ?? endedAt }, pages());
    return true;
  } finally {
    child.kill();
  }
}
