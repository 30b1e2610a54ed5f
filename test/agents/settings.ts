import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Models } from '../support/models/server.ts';
import type { Cli } from './cli.ts';
import type { RealCli } from './project.ts';

/** With what a CLI of a home folder of its own speaks with our models alone, and asks nothing before it begins. */
interface Settings {
  env(models: Models, home: string): Record<string, string>;
  /** Files of its HOME by their paths there; what is no text is written as JSON. */
  files?(models: Models, home: string): Record<string, unknown>;
  /** Of its HOME: what it knows of sessions before. */
  memory: string;
}

const claude: Settings = {
  env: ({ url }) => ({
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: 'not-a-key',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    CLAUDE_CODE_MAX_RETRIES: '1',
    DISABLE_AUTOUPDATER: '1',
    IS_SANDBOX: '',
  }),
  files: ({ cwd }) => ({
    '.claude.json': {
      hasCompletedOnboarding: true,
      theme: 'dark',
      projects: { [cwd]: { hasTrustDialogAccepted: true } },
      customApiKeyResponses: { approved: ['not-a-key'], rejected: [] },
    },
  }),
  memory: '.claude',
};

const codex: Settings = {
  env: (_models, home) => ({ CODEX_HOME: `${home}/.codex`, SCRIPTED_KEY: 'not-a-key' }),
  files: ({ url, cwd }) => ({
    '.codex/config.toml': [
      'model = "gpt-5.5"',
      'model_provider = "scripted"',
      '[model_providers.scripted]',
      `name = "Scripted"\nbase_url = "${url}/v1"\nenv_key = "SCRIPTED_KEY"\nwire_api = "responses"`,
      'request_max_retries = 0\nstream_max_retries = 1',
      `[projects."${cwd}"]\ntrust_level = "trusted"`,
    ].join('\n'),
  }),
  memory: '.codex',
};

const gemini: Settings = {
  env: ({ url }) => ({ GEMINI_API_KEY: 'not-a-key', GOOGLE_GEMINI_BASE_URL: url }),
  files: () => ({
    '.gemini/settings.json': {
      security: { auth: { selectedType: 'gemini-api-key' }, folderTrust: { enabled: false } },
      general: { disableAutoUpdate: true },
      privacy: { usageStatisticsEnabled: false },
    },
  }),
  memory: '.gemini',
};

const opencode: Settings = {
  env: (_models, home) => ({
    OPENCODE_CONFIG: `${home}/opencode.json`,
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_DISABLE_MODELS_FETCH: '1',
  }),
  files: ({ url }) => ({
    'opencode.json': {
      autoupdate: false,
      share: 'disabled',
      model: 'fake/fake-model',
      small_model: 'fake/fake-model',
      enabled_providers: ['fake'],
      provider: {
        fake: {
          npm: '@ai-sdk/openai-compatible',
          options: { baseURL: `${url}/v1`, apiKey: 'not-a-key' },
          models: {
            'fake-model': {
              limit: { context: 200_000, output: 8000 },
              cost: { input: 3, output: 15, cache_read: 0.3 },
            },
          },
        },
      },
      permission: { edit: 'ask', bash: 'ask' },
    },
  }),
  memory: '.local',
};

const qwen: Settings = {
  env: ({ url }) => ({ OPENAI_API_KEY: 'not-a-key', OPENAI_BASE_URL: `${url}/v1`, OPENAI_MODEL: 'fake-model' }),
  files: () => ({ '.qwen/settings.json': { security: { auth: { selectedType: 'openai' } } } }),
  memory: '.qwen',
};

export const SETTINGS: Record<Cli, Settings> = {
  ...{ claude, codex, gemini, opencode, qwen },
  ...{ 'claude-acp': claude, 'codex-acp': codex, 'codex-old': codex, 'codex-notify': codex },
};

/** Writes a CLI's files into a home folder, and gives the variables it is started with. */
export function settle(cli: Cli, models: Models, home: string): Record<string, string> {
  const { env, files } = SETTINGS[cli];
  for (const [path, content] of Object.entries(files?.(models, home) ?? {})) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return env(models, home);
}

/** A CLI as a runtime drives it, in the HOME of the tests; it remembers nothing of tests before. `program`: of `cli(…)`. */
export const realCli = (cli: Cli, program: string | null, runtime: string): RealCli => ({
  program: program ?? '',
  runtime,
  env: (models) => settle(cli, models, process.env.HOME!),
});

/** As on the first day: no session is left. */
export const forget = (cli: Cli): void =>
  rmSync(join(process.env.HOME!, SETTINGS[cli].memory), { recursive: true, force: true });
