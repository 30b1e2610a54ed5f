import type { Call } from './entry.ts';

/** Does a call fit these words? All must stand in its tool, title, input or agent, whatever their case; none: all fit. */
export function fitsWords(filter: string): (call: Call) => boolean {
  const words = filter.split(/\s+/).filter(Boolean);
  const patterns = words.map((word) => new RegExp(word.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`), 'i'));
  return ({ tool, title, head, owner }) =>
    patterns.every((one) => one.test(tool) || one.test(title) || one.test(head) || one.test(owner.name));
}
