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
  /** How far each record has been written. */
  reach(): StateFile['records'];
  close(): void;
}

/** The agents' records as the store writes them. */
export function createRecords({
  root,
  log,
  reach,
  trouble,
}: {
  root: string;
  log: Log;
  reach: StateFile['records'];
  trouble: Trouble;
}): Records {
  const open = new Map<string, SessionRecord>();
  const known = { ...reach };

  const append = (id: string, event: AgentEvent, before: Agent | undefined): SessionRecord => {
    const present = open.get(id) ?? openRecord({ root, id, onNotice: log.warn });
    const record = present ?? createRecord({ root, id });
    open.set(id, record);
    // A record that somebody deleted begins again with what is known of its agent.
    if (!present && before) record.append({ type: 'created', at: Date.now(), epoch: before.epoch, agent: before });
    record.append(event);
    return record;
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
      record.close();
      return record.seq;
    },
    drop(id) {
      open.get(id)?.close();
      open.delete(id);
      delete known[id];
      removeRecord({ root, id });
    },
    reach: () => known,
    close() {
      for (const record of open.values()) record.close();
      open.clear();
    },
  };
}
