import { describe, expect, test } from 'vitest';
import { PLAIN_MODES } from '../../src/cockpit/grid/grid.ts';
import { routeTyping } from '../../src/cockpit/input/route.ts';
import { emptyInput, tokenize } from '../../src/core/keys/tokenize.ts';

const rect = { x: 30, y: 2, width: 50, height: 20 };

function route(input: string, modes: Partial<typeof PLAIN_MODES> = {}, grabbed = false) {
  const { events } = tokenize(emptyInput, Buffer.from(input));
  const routed = routeTyping({ events, leaveKey: 'C-]', modes: { ...PLAIN_MODES, ...modes }, rect, grabbed });
  return { ...routed, bytes: Buffer.from(routed.bytes).toString() };
}

describe('typing to an agent', () => {
  test('keys pass as the terminal sent them', () => {
    const keys = 'aé\x18\x1b[A\x1bOB\x1b[1;5C\x1bx\x1b[97;5u\x1b[57441u\r';
    expect(route(keys)).toMatchObject({ bytes: keys, left: false, rest: [] });
  });

  test.each(['\x1d', '\x1b[93;5u', '\x1b[27;5;93~'])('%j leaves; what comes after it is not for the agent', (leave) => {
    expect(route(`ab${leave}q`)).toMatchObject({ bytes: 'ab', left: true, rest: [{ key: 'q' }] });
  });

  test('a pasted leave key is text, and markers go only to who asked for them', () => {
    expect(route('\x1b[200~a\x1db\x1b[201~')).toMatchObject({ bytes: 'a\x1db', left: false });
    expect(route('\x1b[200~a\x1db\x1b[201~', { bracketedPaste: true }).bytes).toBe('\x1b[200~a\x1db\x1b[201~');
  });

  test('mouse events are put into its own place and encoding, and only if it wants them', () => {
    const modes = { mouse: 'vt200', mouseEncoding: 'sgr' } as const;
    expect(route('\x1b[<0;31;3M', modes).bytes).toBe('\x1b[<0;1;1M');
    expect(route('\x1b[<0;31;3M').rest).toMatchObject([{ type: 'mouse', x: 30, y: 2 }]);
    expect(route('\x1b[<0;1;1M', modes)).toMatchObject({ bytes: '', rest: [{ x: 0 }] });
  });

  test('a drag that began inside goes on outside', () => {
    const modes = { mouse: 'drag', mouseEncoding: 'sgr' } as const;
    const begun = route('\x1b[<0;31;3M\x1b[<32;1;1M', modes);
    expect(begun).toMatchObject({ bytes: '\x1b[<0;1;1M\x1b[<32;1;1M', grabbed: true });
    expect(route('\x1b[<0;200;60m', modes, true)).toMatchObject({ bytes: '\x1b[<0;50;20m', grabbed: false });
  });

  test('the wheel is arrow keys on the alternate screen of a program without mouse', () => {
    expect(route('\x1b[<64;31;3M', { alternate: true }).bytes).toBe('\x1b[A\x1b[A\x1b[A');
    expect(route('\x1b[<65;31;3M', { alternate: true, applicationCursor: true }).bytes).toBe('\x1bOB\x1bOB\x1bOB');
    expect(route('\x1b[<64;31;3M')).toMatchObject({ bytes: '', rest: [{ button: 'wheelUp' }] });
  });

  test('answers of the terminal are dropped; focus is said to who asked', () => {
    expect(route('\x1b[?62;22c\x1b]11;rgb:0/0/0\x07').bytes).toBe('');
    expect(route('\x1b[I').bytes).toBe('');
    expect(route('\x1b[O', { focusEvents: true })).toMatchObject({ bytes: '\x1b[O', rest: [{ focused: false }] });
  });
});
