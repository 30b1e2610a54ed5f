import type { Delta } from '../../schema/activity.ts';
import type { Piece } from './glance.ts';
import type { StreamEvent } from './messages.ts';

/**
 * Which part of which message is being made. A part is first streamed as deltas and then told whole, just before its stream says that it
 * stops; both have the same name, the message's id and its number in it:
 *
 *   message_start ▶ content_block_start 0 ▶ deltas ▶ the whole ▶ content_block_stop 0 ▶ content_block_start 1 …
 */
export class Blocks {
  message: { id: string | null; model: string | null } = { id: null, model: null };
  private index: number | null = null;
  /** How many parts of a message were told whole, for messages that are not streamed. Only the newest message of each parent matters. */
  private readonly told = new Map<string | null, { id: string; parts: number }>();

  /** What grows by this event, if anything does. `main`: it is of the agent itself and not of one below it. */
  streamed({ type, message, index, delta }: StreamEvent, main: boolean): Delta | null {
    if (type === 'message_start') {
      this.message = { id: message?.id ?? null, model: message?.model ?? null };
      this.index = null;
    } else if (type === 'content_block_start') {
      this.index = index ?? null;
    } else if (type === 'content_block_delta' && main && delta) {
      if (delta.type === 'text_delta' && delta.text) return this.grows(index, 'said', delta.text);
      if (delta.type === 'thinking_delta' && delta.thinking) return this.grows(index, 'thought', delta.thinking);
    }
    return null;
  }

  /** The same of a piece that was not read as a whole. */
  glimpsed({ index, kind, text }: Piece): Delta | null {
    if (text === null) this.index = index;
    return text ? this.grows(index, kind, text) : null;
  }

  private grows(index: number | undefined, kind: Piece['kind'], text: string): Delta | null {
    return this.message.id === null ? null : { item: `${this.message.id}.${index}`, kind, text };
  }

  /** The name of a part that is told whole. */
  item(id: string, parent: string | null): string {
    const last = this.told.get(parent);
    const parts = last?.id === id ? last.parts + 1 : 0;
    this.told.set(parent, { id, parts });
    return id === this.message.id && this.index !== null ? `${id}.${this.index}` : `${id}.${parts}`;
  }
}
