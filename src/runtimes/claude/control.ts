import type { Effect } from '../driver.ts';
import type { Decoder } from './decoder.ts';
import type { Message } from './messages.ts';

/** Modes that are on offer; `bypassPermissions` is refused unless it was started for it. `auto` only where a model has it. */
const MODES = [
  { id: 'default', name: 'asks before it edits or runs' },
  { id: 'acceptEdits', name: 'edits without asking' },
  { id: 'plan', name: 'only plans' },
  { id: 'dontAsk', name: 'what it would ask for is denied' },
];
const AUTO = { id: 'auto', name: 'decides itself what needs asking' };

interface ModelInfo {
  value?: unknown;
  displayName?: unknown;
  supportsAutoMode?: unknown;
}

const PREFIX = 'boocode';

/**
 * One of our own requests to the agent. Its id says what was asked, so that the response can be understood by a driver that did not ask:
 * `boocode set_model haiku`.
 */
export function controlRequest(subtype: string, fields: Record<string, string> = {}, mark = ''): Effect {
  const id = [PREFIX, subtype, ...Object.values(fields), mark].filter((word) => word !== '').join(' ');
  const message = { type: 'control_request', request_id: id, request: { subtype, ...fields } };
  return { type: 'write', text: `${JSON.stringify(message)}\n` };
}

/** What the agent answers to them. */
export class Control {
  private readonly decoder: Decoder;

  constructor(decoder: Decoder) {
    this.decoder = decoder;
  }

  responded({ request_id: id = '', subtype, error, response }: NonNullable<Message['response']>): void {
    const [, asked, value = ''] = /^boocode (\S+) ?(.*)$/s.exec(id) ?? [];
    if (asked === undefined) return;
    if (subtype === 'error') {
      // An interrupt that came too late needs no word.
      if (asked === 'interrupt') return;
      const text = `Claude Code refused ${asked} ${value}: ${error ?? 'without a reason'}`;
      this.decoder.report({ type: 'said', item: `${id} refused`, who: 'system', text });
      return;
    }
    if (asked === 'initialize') this.initialized(response ?? {});
    else if (asked === 'set_permission_mode') this.decoder.turns.configured({ mode: value });
    else if (asked === 'set_model') {
      const model = response?.model;
      this.decoder.turns.configured({ model: typeof model === 'string' ? model : value });
    }
  }

  private initialized(response: Record<string, unknown>): void {
    const found = Array.isArray(response.models) ? (response.models as ModelInfo[]) : [];
    const models = found.map(({ value, displayName }) => ({ id: String(value), name: String(displayName ?? value) }));
    const modes = found.some(({ supportsAutoMode }) => supportsAutoMode === true) ? [...MODES, AUTO] : MODES;
    this.decoder.report({ type: 'configured', modes, ...(models.length > 0 && { models }) });
    const { current_permission_mode: mode, claude_code_version: version } = response;
    this.decoder.turns.configured({
      mode: typeof mode === 'string' ? mode : null,
      version: typeof version === 'string' ? version : null,
    });
  }
}
