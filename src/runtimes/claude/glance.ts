import { parseText } from '../json.ts';

/*
 * Lines that come often, known by how they are written (seen in 2.1.197 and 2.1.329), without an object made of all that they hold.
 * Whatever is written otherwise is no such line here, and is read as any other is.
 */

/**
 * Pieces of a stream that come often and say nothing: the input of a tool call as it grows (it is told whole), ends of parts, counts of
 * thoughts, that it asks its model. Known by how they begin, without being read.
 */
const IDLE =
  /^\{"type":"(?:stream_event","event":\{"type":"(?:content_block_stop"|message_stop"|ping"|content_block_delta","index":\d+,"delta":\{"type":"(?:input_json|signature)_delta")|system","subtype":"(?:thinking_tokens"|status","status":"requesting","session_id"))/;

/** A part of the agent's own message begins, or a text of it grows. The whole line, so that nothing else can stand in it. */
const PIECE =
  /^\{"type":"stream_event","event":\{"type":"content_block_(?:start","index":(0|[1-9]\d*),"content_block":\{"type":"\w+"(?:,"\w+":(?:"[\w-]*"|\{\}))*|delta","index":(0|[1-9]\d*),"delta":\{"type":"(text|thinking)_delta","\3":("[^"\\]*(?:\\.[^"\\]*)*"))\}\},"session_id":"([\w-]+)","parent_tool_use_id":null,"uuid":"[\w-]*"(?:,"(?:thinking_display|api_message_id)":"[\w-]*")*\}$/;

/** A prompt waits or is begun: that is told by what follows. */
const WAITS =
  /^\{"type":"command_lifecycle","command_uuid":"[\w-]*","state":"(?:queued|started)","uuid":"[\w-]*","session_id":"([\w-]+)"\}$/;

/** Characters that such a line has at the most: a longer one is read. */
const LONGEST = 20_000;

/** Where the type stands. */
const TYPE = '{"type":"'.length;

/** Of a message's part with this number. `text`: what it grows by; null: it begins. */
export interface Piece {
  index: number;
  kind: 'said' | 'thought';
  text: string | null;
}

/** What a line says, where that is seen without reading it; null: it is to be read. `session`: the one that is known. */
export function glance(line: string, session: string | null): Piece | 'nothing' | null {
  if (!line.endsWith('}')) return null;
  if (line.startsWith('s', TYPE)) return IDLE.test(line) ? 'nothing' : pieceOf(line, session);
  if (!line.startsWith('command', TYPE)) return null;
  const waits = WAITS.exec(line);
  return waits !== null && waits[1] === session ? 'nothing' : null;
}

function pieceOf(line: string, session: string | null): Piece | null {
  const found = line.length > LONGEST ? null : PIECE.exec(line);
  if (found === null || found[5] !== session) return null;
  const kind = found[3] === 'text' ? 'said' : 'thought';
  if (found[1] !== undefined) return { index: Number(found[1]), kind, text: null };
  const text = parseText(found[4]!);
  return text === null ? null : { index: Number(found[2]), kind, text };
}
