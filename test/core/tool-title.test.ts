import { expect, test } from 'vitest';
import { besideTool, firstText } from '../../src/core/tool-title.ts';

test('a title that only names its tool says nothing beside it: then the first text of what it is given does', () => {
  expect(besideTool('mcp__boocode__spawn_subagent', 'mcp__boocode__spawn_subagent')).toBe('');
  expect(besideTool('Edit a.ts', 'Edit')).toBe('a.ts');
  expect(firstText('{"deep":3,"task":" Look left\\nand right","name":"x"}')).toBe('Look left\nand right');
  expect(['{}', '7', 'no JSON', '{"a":""}', '"said"'].map(firstText)).toEqual(['', '', '', '', 'said']);
});
