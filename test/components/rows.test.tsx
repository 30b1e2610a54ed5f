import { Box } from 'ink';
import { render } from 'ink-testing-library';
import { afterEach, expect, test } from 'vitest';
import { Rows } from '../../components/parts/Rows.tsx';

let unmount = () => {};
afterEach(() => unmount());

function frame(rect: { x: number; y: number; width: number; height: number }, rows: string[]): string[] {
  const drawn = render(
    <Box width={30} height={4}>
      <Rows rect={rect} rows={rows} />
    </Box>,
  );
  unmount = drawn.unmount;
  return (drawn.lastFrame() ?? '')
    .trimEnd()
    .split('\n')
    .map((row) => row.trimEnd());
}

test('rows stand where their rectangle is, one below the other', () => {
  expect(frame({ x: 3, y: 2, width: 5, height: 2 }, ['one', 'two'])).toEqual(['', '', '   one', '   two']);
});

test('a row wider than its rectangle never wraps onto the next', () => {
  expect(frame({ x: 0, y: 0, width: 4, height: 2 }, ['abcdefgh', 'z'])).toEqual(['abc…', 'z']);
});

test('colours of a painted row reach the frame as they are', () => {
  const painted = '\x1b[31mred\x1b[39m plain';
  expect(frame({ x: 0, y: 0, width: 20, height: 1 }, [painted])[0]).toContain('red');
});
