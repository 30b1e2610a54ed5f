import type { AgentEvent } from '../../schema/event.ts';
import { checkWords } from '../autofix/words.ts';
import type { NoticeItem } from './items.ts';
import type { Memory } from './talk.ts';

type Said = Pick<NoticeItem, 'level' | 'text'>;

const info = (text: string): Said => ({ level: 'info', text });

/** What an event that is no part of the talk itself says to who follows it; null: nothing. */
export function noticeOf(memory: Memory, event: AgentEvent): Said | null {
  switch (event.type) {
    case 'troubled': {
      const { message, retries } = event.trouble;
      return {
        level: retries ? 'warning' : 'error',
        text: `${message}${retries ? ' (it tries again by itself)' : ''}`,
      };
    }
    case 'limited': {
      const { scope, status, usedPercent } = event.limit;
      if (status === 'ok') return null;
      const used = usedPercent === null ? '' : `, ${Math.round(usedPercent)} % used`;
      return status === 'exceeded'
        ? { level: 'error', text: `Rate limit reached: ${scope}` }
        : { level: 'warning', text: `Rate limit near: ${scope}${used}` };
    }
    case 'configured':
      return configured(memory, event);
    case 'restarted':
      return info(restarted(event));
    case 'exited': {
      const { code, signal } = event.exit;
      const how = signal ?? `exit code ${code ?? 'unknown'}`;
      return code === 0 ? info('Its process has ended.') : { level: 'warning', text: `Its process has ended: ${how}.` };
    }
    case 'startFailed':
      return { level: 'error', text: event.message };
    case 'hostLost':
      return { level: 'error', text: 'Its process host is gone, and its process with it.' };
    case 'paused':
      return event.paused ? { level: 'warning', text: `Paused: ${event.reason}` } : info(`Goes on: ${event.reason}`);
    case 'retry':
      return event.retries?.held === undefined ? null : { level: 'warning', text: `Paused: ${event.retries.held}` };
    case 'checkBegan':
    case 'checkEnded':
      return checkWords(event);
    default:
      return null;
  }
}

function restarted({ why, sessionId }: Extract<AgentEvent, { type: 'restarted' }>): string {
  const what = sessionId ? 'Its session goes on in a new process' : 'It begins again';
  return why ? `${what}: ${why}` : `${what}.`;
}

/** What it began with is no news. */
function configured(memory: Memory, event: Extract<AgentEvent, { type: 'configured' }>): Said | null {
  const { model, mode, models = [], modes = [] } = event;
  for (const { id, name } of [...models, ...modes]) memory.names.set(id, name);
  const named = (id: string) => memory.names.get(id) ?? id;
  const words: string[] = [];
  if (model && memory.model && model !== memory.model) words.push(`model ${named(model)}`);
  if (mode && memory.mode && mode !== memory.mode) words.push(`mode ${named(mode)}`);
  if (model) memory.model = model;
  if (mode) memory.mode = mode;
  return words.length > 0 ? info(`Switched to ${words.join(', ')}.`) : null;
}
