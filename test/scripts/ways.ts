import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ToolCall } from '../support/models/script.ts';

/** How a real agent is brought up in its own screen, with the scripted models alone. */
export interface Way {
  /** Written below its HOME before it starts. */
  files(place: { url: string; home: string; repo: string }): Record<string, string>;
  args(url: string): string[];
  env(place: { url: string; home: string }): Record<string, string>;
  /** Stands on its screen once it takes a prompt; what is asked before gets `skip`. */
  ready: RegExp;
  skip?: { when: RegExp; keys: string[] };
  allow: string;
  deny: string;
  /** Ends a turn in its middle. */
  interrupt: string[];
  /** How its model asks for a command that is not run unasked, where that is not the plain way. */
  shell?(command: string): ToolCall;
}

const provider = (url: string) =>
  `model_providers.fake={name="Fake",base_url="${url}/v1",env_key="FAKE_KEY",wire_api="responses"}`;
const json = JSON.stringify;
export const ESC = '\u001b';

export const AGENTS: Record<string, Way> = {
  claude: {
    files: ({ repo }) => ({
      '.claude.json': json({
        hasCompletedOnboarding: true,
        theme: 'dark',
        customApiKeyResponses: { approved: ['kkkkkkkkkkk'], rejected: [] },
        projects: { [repo]: { hasTrustDialogAccepted: true } },
      }),
    }),
    args: () => ['--permission-mode', 'default'],
    env: ({ url }) => ({
      ANTHROPIC_BASE_URL: url,
      ANTHROPIC_API_KEY: 'kkkkkkkkkkk',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
    }),
    ready: /\n❯/,
    allow: '1',
    deny: '3',
    interrupt: [ESC],
  },
  codex: {
    files: ({ repo }) => ({ '.codex/config.toml': `[projects."${repo}"]\ntrust_level = "trusted"\n` }),
    args: (url) => [
      '-m',
      'gpt-5.5',
      '-a',
      'on-request',
      '-s',
      'read-only',
      '-c',
      'model_provider=fake',
      '-c',
      provider(url),
    ],
    env: ({ home }) => ({ CODEX_HOME: join(home, '.codex'), FAKE_KEY: 'k' }),
    ready: /\n› Ask Codex/,
    skip: { when: /Use existing model/, keys: ['2', '\r'] },
    allow: 'y',
    deny: ESC,
    interrupt: [ESC],
    // Its sandbox runs what is not marked so without a question.
    shell: (cmd) => ({
      name: 'exec_command',
      input: { cmd, sandbox_permissions: 'require_escalated', justification: 'May it be run?' },
    }),
  },
  gemini: {
    files: () => ({
      '.gemini/settings.json': json({
        security: { auth: { selectedType: 'gemini-api-key' }, folderTrust: { enabled: false } },
        general: { disableAutoUpdate: true },
        privacy: { usageStatisticsEnabled: false },
      }),
    }),
    args: () => ['-m', 'gemini-2.5-pro'],
    env: ({ url }) => ({ GEMINI_API_KEY: 'k', GOOGLE_GEMINI_BASE_URL: url }),
    ready: /Type your message/,
    allow: '1',
    deny: ESC,
    interrupt: [ESC],
  },
  opencode: {
    files: ({ url }) => ({
      'oc.json': json({
        ...{ autoupdate: false, share: 'disabled', model: 'fake/fake-model', small_model: 'fake/fake-model' },
        enabled_providers: ['fake'],
        provider: {
          fake: {
            npm: '@ai-sdk/openai-compatible',
            options: { baseURL: `${url}/v1`, apiKey: 'x' },
            models: { 'fake-model': { limit: { context: 200_000, output: 8000 } } },
          },
        },
        permission: { edit: 'ask', bash: 'ask' },
      }),
    }),
    args: () => [],
    env: ({ home }) => ({
      OPENCODE_CONFIG: join(home, 'oc.json'),
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_MODELS_FETCH: '1',
    }),
    ready: /Ask anything/,
    allow: '\r',
    deny: ESC,
    interrupt: [ESC, ESC],
  },
  qwen: {
    files: () => ({}),
    args: () => ['--auth-type', 'openai', '--approval-mode', 'default'],
    env: ({ url }) => ({ OPENAI_API_KEY: 'x', OPENAI_BASE_URL: `${url}/v1`, OPENAI_MODEL: 'fake-model' }),
    ready: /Type your message/,
    allow: '1',
    deny: ESC,
    interrupt: [ESC],
  },
};

export async function until(what: string, look: () => Promise<boolean> | boolean, timeout = 60_000): Promise<void> {
  for (const end = Date.now() + timeout; !(await look()); await delay(20)) {
    if (Date.now() > end) throw new Error(`waited in vain for: ${what}`);
  }
}
