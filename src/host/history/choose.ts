import { BLANK, type Sight } from './sight.ts';

/** The same line is remembered again, once, when it comes back after this long (ms). */
const AGAIN_MS = 60_000;
/** Borders, prompts, scroll bars: nothing to read. */
const ORNAMENT = /^[^\p{L}\p{N}{}()[\]]*$/u;

/**
 * Of lines that are gone from a screen those that enter the ring, in the order in which they stood; BLANK stands for the
 * empty lines between two of them. `find` tells when lines with a text came into the ring, two at most.
 */
export function choose(before: Sight[], gone: Sight[], find: (text: string) => number[], now: number): Sight[] {
  const times = new Map(gone.map((one) => [one, find(one.text!)]));
  const fresh = (one: Sight | undefined, text: string) =>
    one !== undefined && one.text !== text && !ORNAMENT.test(one.text!) && times.get(one)?.length === 0;
  const written = before.filter((one) => one !== BLANK);
  const belowBlank = new Set(before.filter((_, index) => index > 0 && before[index - 1] === BLANK));
  const added = new Set<string>();
  const chosen: Sight[] = [];
  for (const [index, one] of written.entries()) {
    const copies = times.get(one);
    if (!copies) continue;
    const text = one.text!;
    const first = copies.length === 0 && !added.has(text);
    const again = copies.length === 1 && !added.has(text) && now - copies[0]! >= AGAIN_MS;
    // Between two that are new it is another line that reads the same.
    const another = !ORNAMENT.test(text) && fresh(written[index - 1], text) && fresh(written[index + 1], text);
    if (!first && !again && !another) continue;
    if (belowBlank.has(one) && index > 0 && chosen.at(-1) === written[index - 1]) chosen.push(BLANK);
    chosen.push(one);
    added.add(text);
  }
  return chosen;
}
