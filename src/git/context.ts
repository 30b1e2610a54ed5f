import { changesOf, type RawChange } from './changes.ts';
import type { Shadow } from './shadow.ts';

/** Lines around a piece with which changes are known. */
const KNOWN = 3;

/** A change with another number of lines around its pieces; as it is known when the file has changed meanwhile. */
export async function contextOf(shadow: Shadow, base: string, change: RawChange, context: number): Promise<RawChange> {
  if (context === KNOWN || change.content !== 'text') return change;
  const only = [change.name, ...(change.fromName ? [change.fromName] : [])];
  const wide = (await changesOf(shadow, base, { only, context })).find(({ file }) => file === change.file);
  return wide && wide.newBlob === change.newBlob ? wide : change;
}
