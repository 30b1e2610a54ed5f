import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Env } from './output.ts';

/** Something that not every version of a CLI has, known by its `--help`. */
interface Feature {
  /** A clause for people, when it is missing. */
  lack: string;
  has: RegExp;
  /** Without it nothing drives it without its screen. */
  drives?: boolean;
}

interface Login {
  /** Any of these in the environment is one. */
  variables: RegExp;
  /** Any of these files below the home folder is one, where its text fits. */
  files: { path: string; holds?: RegExp }[];
}

export interface CliFacts {
  features: Feature[];
  /** Why it is driven so when nobody looks at its screen. */
  why: string;
  login: Login | null;
}

/** By the id of the terminal runtime. */
export const CLIS: Readonly<Record<string, CliFacts>> = {
  claude: {
    // Its --permission-prompt-tool, as old as this, is not in the help.
    features: [
      { lack: 'its version has no --input-format: it cannot be talked to', has: /--input-format/, drives: true },
    ],
    why: 'it streams JSON both ways and asks before it acts',
    login: {
      variables:
        /^(ANTHROPIC_API_KEY|ANTHROPIC_AUTH_TOKEN|CLAUDE_CODE_OAUTH_TOKEN|CLAUDE_CODE_USE_(BEDROCK|VERTEX|FOUNDRY))$/,
      files: [
        { path: '.claude/.credentials.json' },
        { path: '.claude/settings.json', holds: /apiKeyHelper|_API_KEY|_TOKEN/ },
      ],
    },
  },
  codex: {
    features: [{ lack: 'its version has no app-server', has: /^\s+app-server\b/m, drives: true }],
    why: 'its app server tells diffs, tokens and limits',
    login: {
      variables: /^(OPENAI_API_KEY|CODEX_API_KEY)$/,
      files: [{ path: '.codex/auth.json' }, { path: '.codex/config.toml', holds: /^\s*model_provider\s*=/m }],
    },
  },
  gemini: {
    features: [{ lack: 'its version has no --acp', has: /--acp\b/, drives: true }],
    why: 'it speaks ACP',
    login: {
      variables: /^(GEMINI_API_KEY|GOOGLE_API_KEY|GOOGLE_GENAI_USE_(VERTEXAI|GCA))$/,
      files: [{ path: '.gemini/settings.json', holds: /selectedType/ }, { path: '.gemini/oauth_creds.json' }],
    },
  },
  // It has models that need no login.
  opencode: {
    features: [{ lack: 'its version has no acp', has: /\bopencode acp\b/, drives: true }],
    why: 'it speaks ACP',
    login: null,
  },
  qwen: {
    features: [
      { lack: 'its version has no --acp', has: /--acp\b/, drives: true },
      { lack: 'its version has no hooks: in its own screen it tells nothing', has: /\bqwen hooks\b/ },
    ],
    why: 'it speaks ACP',
    login: {
      variables: /^(OPENAI_API_KEY|DASHSCOPE_API_KEY|BAILIAN_CODING_PLAN_API_KEY)$/,
      files: [
        { path: '.qwen/oauth_creds.json' },
        { path: '.qwen/settings.json', holds: /selectedType|apiKey|_API_KEY/ },
      ],
    },
  },
};

/** What this version, and this machine, do not have, a clause each. `help`: what it printed. */
export function lacksOf({ features, login }: CliFacts, help: string, env: Env, home: string): string[] {
  // What is no help (some print their version whatever they are asked) says nothing.
  const missing = !/usage|options|commands/i.test(help)
    ? []
    : features.filter(({ has }) => !has.test(help)).map(({ lack }) => lack);
  return login && !hasLogin(login, env, home) ? [...missing, NO_LOGIN] : missing;
}

export const NO_LOGIN = 'no login of it was found here';

/** As far as can be seen without its network. macOS keeps some in its keychain, which is not asked. */
function hasLogin({ variables, files }: Login, env: Env, home: string): boolean {
  if (process.platform === 'darwin') return true;
  if (Object.entries(env).some(([name, value]) => value && variables.test(name))) return true;
  return files.some(({ path, holds }) => {
    const [folder, ...rest] = path.split('/');
    const moved = { '.claude': env.CLAUDE_CONFIG_DIR, '.codex': env.CODEX_HOME }[folder!];
    const file = moved ? join(moved, ...rest) : join(env.HOME ?? home, path);
    try {
      return holds ? holds.test(readFileSync(file, 'utf8')) : existsSync(file);
    } catch {
      return false;
    }
  });
}
