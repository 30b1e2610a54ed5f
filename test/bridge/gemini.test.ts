import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { toLoad, untilLoadable } from '../../src/bridge/acp/gemini.ts';
import { tempFolder } from '../support/repository.ts';

test('a session of Gemini CLI is loaded once the minute of its file is over', () => {
  const home = tempFolder('home');
  const chats = join(home, '.gemini', 'tmp', 'project', 'chats');
  const at = (time: string) => Date.parse(`2026-11-21T${time}Z`);
  expect(untilLoadable(home, '0f1ae78f-997d', at('10:35:10'))).toBe(0);
  mkdirSync(chats, { recursive: true });
  writeFileSync(join(chats, 'session-2026-11-21T10-35-0f1ae78f.jsonl'), '');
  expect(untilLoadable(home, '0f1ae78f-997d', at('10:35:10'))).toBe(50_000);
  expect(untilLoadable(home, '0f1ae78f-997d', at('10:36:00'))).toBe(0);
  expect(untilLoadable(home, '1fc90b6b-d489', at('10:35:10'))).toBe(0);
  writeFileSync(join(chats, 'session-2026-11-21T10-36-0f1ae78f.jsonl'), '');
  expect(untilLoadable(home, '0f1ae78f-997d', at('10:36:10'))).toBe(0);
  expect(untilLoadable(home, '*', at('10:35:10'))).toBe(0);
});

test('its process is told of the session that it is to load, where there is one of that id', () => {
  const home = tempFolder('home');
  const chats = join(home, '.gemini', 'tmp', 'project', 'chats');
  const argv = ['gemini', '--acp'];
  expect(toLoad(argv, home, '0f1ae78f-997d')).toEqual(argv);
  mkdirSync(chats, { recursive: true });
  writeFileSync(join(chats, 'session-2026-11-21T10-35-0f1ae78f.jsonl'), '');
  expect(toLoad(argv, home, '0f1ae78f-997d')).toEqual(['gemini', '--acp', '--resume', '0f1ae78f-997d']);
  expect(toLoad(argv, home, '1fc90b6b-d489')).toEqual(argv);
  expect(toLoad(argv, home, '*')).toEqual(argv);
});
