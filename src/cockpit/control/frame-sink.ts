import { Writable } from 'node:stream';
import type { Size } from '../../schema/agent.ts';

/** A stdout for Ink: in debug mode every write is one whole frame. Ink asks it for its size only. */
export class FrameSink extends Writable {
  columns: number;
  rows: number;
  private readonly onFrame: (rows: string[]) => void;
  constructor({ cols, rows }: Size, onFrame: (rows: string[]) => void) {
    super({ decodeStrings: false });
    this.columns = cols;
    this.rows = rows;
    this.onFrame = onFrame;
  }
  override _write(frame: string, _encoding: string, done: () => void): void {
    this.onFrame(frame.split('\n'));
    done();
  }
}
