import { globSync, renameSync } from 'node:fs';
import type { Cli } from './cli.ts';
import type { Price } from './project.ts';

/** What is to be known of one real agent of the protocol to drive it, as it was measured. */
export interface AcpAgent {
  cli: Cli;
  /** Arguments that make it speak the protocol. */
  args?: string[];
  /** Options of the bridge, as its runtime gives them. */
  words?: string[];
  /** What it is started with in a project. */
  start?: { model?: string; mode?: string };
  /** What of its usage it tells; by default all. `besides`: of requests beside the conversation too. */
  tells?: { tokens?: 'all' | 'last' | 'no'; cache?: boolean; usd?: Price; besides?: boolean };
  /** Between the end of its first program and the start of the second. */
  beforeResume?(home: string): void;
  /** Its sandbox runs commands unasked; then it is an edit that is denied. */
  runsUnasked?: boolean;
  /** After a denial its turn is over. */
  denialEnds?: boolean;
  version: RegExp;
}

export const ACP = {
  'claude-acp': {
    cli: 'claude-acp',
    words: ['--prefer', 'default'],
    // List prices of the model that it takes by itself. It asks for a title beside the turn, and tells nothing of that.
    tells: { usd: { input: 4, output: 20, cacheRead: 0.2 }, besides: false },
    version: /^0\.\d+/,
  },
  'codex-acp': {
    cli: 'codex-acp',
    words: ['--prefer', 'read-only', '--model', 'gpt-5.5[medium]'],
    start: { model: 'gpt-5.5[medium]' },
    // It asks for a title too.
    tells: { besides: false },
    runsUnasked: true,
    denialEnds: true,
    version: /^2\.\d+/,
  },
  'gemini-acp': {
    cli: 'gemini',
    args: ['--acp', '-m', 'gemini-2.5-pro'],
    words: ['--prefer', 'default'],
    start: { model: 'gemini-2.5-pro' },
    // It counts what the cache gave as input.
    tells: { cache: false },
    // Nobody waits here until the minute of the session is over (src/bridge/acp/gemini.ts).
    beforeResume(home) {
      const files = globSync(`${home}/.gemini/tmp/*/chats/session-*.jsonl`);
      for (const file of files) renameSync(file, file.replace(/session-.*T\d+-\d+-/, 'session-2020-01-01T00-00-'));
    },
    version: /^0\.\d+/,
  },
  'opencode-acp': {
    cli: 'opencode',
    args: ['acp'],
    // Of a turn with several steps it tells what the last one used.
    tells: { tokens: 'last', usd: { input: 3, output: 15, cacheRead: 0.3 }, besides: false },
    denialEnds: true,
    version: /^1\.\d+/,
  },
  'qwen-acp': {
    cli: 'qwen',
    args: ['--acp'],
    words: ['--prefer', 'default'],
    tells: { tokens: 'no' },
    denialEnds: true,
    version: /^0\.\d+/,
  },
} satisfies Record<string, AcpAgent>;
