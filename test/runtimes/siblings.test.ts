import { expect, test } from 'vitest';
import { runtimes } from '../../src/runtimes/index.ts';
import { carried } from '../../src/runtimes/siblings.ts';

const mode = (id: string, runtime: string) => carried({ mode: id }, runtime).mode;
const model = (id: string, runtime: string) => carried({ model: id }, runtime).model;

test('a mode goes along where the sibling has one of that name', () => {
  expect(mode('autoEdit', 'gemini')).toBeNull();
  expect(mode('auto_edit', 'gemini-acp')).toBeNull();
  expect(mode('yolo', 'gemini-acp')).toBe('yolo');
  expect(mode('acceptEdits', 'claude-acp')).toBe('acceptEdits');
  expect(mode('manual', 'claude-acp')).toBeNull();
  expect(mode('agent', 'codex-app')).toBeNull();
  expect(mode('untrusted', 'codex')).toBeNull();
  expect(mode('build', 'opencode')).toBeNull();
  expect(mode('auto-edit', 'qwen')).toBe('auto-edit');
});

test('a model goes along where the sibling calls it so', () => {
  expect(model('opus', 'claude-acp')).toBe('opus');
  expect(model('claude-opus-5-5', 'claude-acp')).toBeNull();
  expect(model('default', 'claude')).toBeNull();
  expect(model('gpt-6.1-sol[low]', 'codex-app')).toBeNull();
  expect(model('gpt-5.5', 'codex-acp')).toBe('gpt-5.5');
  expect(model('qwen3-coder(openai)', 'qwen')).toBeNull();
  expect(model('qwen3-coder', 'qwen-acp')).toBeNull();
  expect(model('fake/fake-model', 'opencode-acp')).toBe('fake/fake-model');
});

test('nothing is made up, and a runtime of which nothing is known gets all', () => {
  for (const { id } of runtimes) expect(carried({}, id)).toEqual({ model: null, mode: null });
  expect(carried({ model: 'm', mode: 'x' }, 'demo')).toEqual({ model: 'm', mode: 'x' });
});
