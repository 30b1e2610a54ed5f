import { expect, test } from 'vitest';
import { createDraft } from '../../src/host/children/draft.ts';

test('what somebody types is a draft until Enter; what a terminal says by itself is none', () => {
  let now = 0;
  const draft = createDraft(() => ++now);
  const after = (text: string) => {
    draft.typed(Buffer.from(text));
    return draft.at;
  };
  expect(draft.at).toBeNull();
  expect(after('\x1b[I')).toBeNull();
  expect(after('\x1b[<64;10;5M')).toBeNull();
  expect(after('h')).toBe(1);
  expect(after('\x1b[O')).toBe(1);
  // A new line within what is written, as Alt-Enter types it.
  expect(after('\x1b\r')).toBe(2);
  expect(after('\x1b[200~pasted\r\x1b[201~')).toBe(3);
  expect(after('\r')).toBeNull();
  expect(after('all at once\r')).toBeNull();
});
