import { BooError, type ErrorName } from './errors.ts';

/** A failure at a place of a file: `file:line` or `file:line:column`; null: nowhere in particular. */
export class PlacedError extends BooError {
  readonly place: string | null;
  constructor(code: ErrorName, message: string, place: string | null) {
    super(code, message);
    this.place = place;
  }
}
