import { isLive } from '../core/lifecycle.ts';
import type { Agent } from '../schema/agent.ts';
import type { AgentEvent } from '../schema/event.ts';
import type { StateFile } from '../schema/state.ts';
import { removeRecord } from '../storage/leftovers.ts';
import { createRecord, openRecord, type Record as SessionRecord } from '../storage/record.ts';
import { messageOf } from '../util/errors.ts';
import type { Log } from './log.ts';
import type { Trouble } from './trouble.ts';

export interface Records {
  /** Appends an event and gives its number; of an agent that lives, the record stays open. Throws when it cannot be written. */
  write(id: string, event: AgentEvent, agent: { before: Agent | undefined; after: Agent | undefined }): number;
  /** Takes a record away whose agent never was. */
  drop(id: string): void;
  /** Makes those of living agents again that somebody has taken away, and gives how many. Throws when that cannot be done. */
  remake(): number;
  /** How far each record has been written. */
  reach(): StateFile['records'];
  close(): void;
}

export interface RecordsOptions {
  root: string;
  log: Log;
  reach: StateFile['records'];
  trouble: Trouble;
  /** Agents that live. */
  living: readonly string[];
  /** Makes their folder again where it was taken away; throws when that cannot be done. */
  ensure(): void;
}

/** The agents' records as the store writes them. */
export function createRecords({ root, log, reach, trouble, living, ensure }: RecordsOptions): Records {
  const known = { ...reach };
  // From the beginning, not from their next event on: what is open can be made again when its file is taken away.
  const open = openAll(root, living, log);
  const begin = (id: string): SessionRecord => createRecord({ root, id, after: known[id]?.seq ?? 0 });
  const append = (id: string, event: AgentEvent, before: Agent | undefined): SessionRecord => {
    if (!open.has(id)) ensure();
    const present = open.get(id) ?? openRecord({ root, id, onNotice: log.warn });
    const record = present ?? begin(id);
    open.set(id, record);
    // A record that somebody deleted begins again with what is known of its agent.
    if (!present && before) record.append({ type: 'created', at: Date.now(), epoch: before.epoch, agent: before });
    record.append(event);
    return record;
  };
  /** Closed, nothing could make it again. */
  const close = (record: SessionRecord) => {
    try {
      ensure();
      record.remake();
    } catch (error) {
      log.warn(messageOf(error));
    }
    record.close();
  };
  /** A record that could not be begun leaves no empty file. */
  const discard = (id: string) => {
    const begun = open.get(id);
    if (begun?.seq !== 0) return;
    begun.discard();
    open.delete(id);
    delete known[id];
  };

  return {
    write(id, event, { before, after }) {
      let record: SessionRecord;
      try {
        record = append(id, event, before);
        trouble.works('records');
      } catch (error) {
        discard(id);
        trouble.failed('records', messageOf(error));
        throw error;
      }
      try {
        if (after) record.setState(after.status.state);
      } catch (error) {
        log.warn(`the record of ${id} could not be renamed: ${messageOf(error)}`);
      }
      known[id] = { file: record.file, seq: record.seq };
      if (after && isLive(after)) return record.seq;
      open.delete(id);
      close(record);
      return record.seq;
    },
    drop(id) {
      open.get(id)?.close();
      open.delete(id);
      delete known[id];
      removeRecord({ root, id });
    },
    remake: () => [...open.values()].filter((record) => record.remake()).length,
    reach: () => known,
    close() {
      for (const record of open.values()) close(record);
      open.clear();
    },
  };
}

function openAll(root: string, ids: readonly string[], log: Log): Map<string, SessionRecord> {
  const open = new Map<string, SessionRecord>();
  for (const id of ids) {
    try {
      const record = openRecord({ root, id, onNotice: log.warn });
      if (record) open.set(id, record);
    } catch (error) {
      // Who writes there is told.
      log.debug(`the record of ${id} could not be opened: ${messageOf(error)}`);
    }
  }
  return open;
}
