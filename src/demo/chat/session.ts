import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolder } from '../../util/paths.ts';

/** What the demo remembers of a conversation, as real agents do: in a folder of its own, by an id. */
export interface ChatSession {
  id: string;
  prompts: string[];
}

const folder = () => join(dataFolder(), 'demo-chat');
const fileOf = (id: string) => join(folder(), `${id}.json`);

/** Begins a session, or goes on with one; null: there is none of that id. */
export function openSession(resume: string | null): ChatSession | null {
  if (resume === null) return { id: randomUUID(), prompts: [] };
  if (!/^[\w-]+$/.test(resume) || !existsSync(fileOf(resume))) return null;
  return JSON.parse(readFileSync(fileOf(resume), 'utf8')) as ChatSession;
}

export function saveSession(session: ChatSession): void {
  mkdirSync(folder(), { recursive: true, mode: 0o700 });
  writeFileSync(fileOf(session.id), JSON.stringify(session), { mode: 0o600 });
}
