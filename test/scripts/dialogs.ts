import type { Script, ToolCall } from '../support/models/script.ts';
import { AGENTS } from './ways.ts';

/** How one dialog of an agent's own is brought up. */
export interface Dialog {
  name: string;
  /** Its heading, whatever the width wraps it at. */
  shows: RegExp;
  /** The narrowest terminal that shows its foot, in columns. */
  from?: number;
  /** Missing: `input`. */
  waitingFor?: 'approval' | 'question' | 'input';
  /** Beside and instead of what the agent is brought up with; below `shop/` in its folder, else in its HOME. Null: not there. */
  files?(place: { url: string; home: string; repo: string }): Record<string, string | null>;
  env?(place: { url: string; home: string }): Record<string, string>;
  args?(url: string): string[];
  /** What is waited for, and pressed then. */
  steps?: readonly (readonly [RegExp, ...string[]])[];
}

const shell = (command: string): ToolCall => ({ tool: 'bash', command });
export const SCRIPT: Script = {
  flows: [
    { when: 'PRUNE', replies: [{ text: 'I prune.', tools: [shell('git push --force origin main; rm -rf ../other')] }] },
  ],
};

const json = JSON.stringify;
const claudeState = { hasCompletedOnboarding: true, theme: 'dark' };
const key = { customApiKeyResponses: { approved: ['kkkkkkkkkkk'], rejected: [] } };
const trusted = (repo: string) => ({ projects: { [repo]: { hasTrustDialogAccepted: true } } });
const server = { command: 'true', args: [] };

const claude: Dialog[] = [
  {
    name: 'auto-check',
    shows: /Auto mode can't check actions in this session Auto mode's/,
    args: () => ['PRUNE the tree'],
  },
  {
    name: 'auto-approval',
    shows: /Do you want to proceed\?/,
    waitingFor: 'approval',
    args: () => ['PRUNE the tree'],
    steps: [[/Auto mode can't check actions in this session Auto mode's/, '\r']],
  },
  { name: 'trust', shows: /Quick safety check/, files: () => ({ '.claude.json': json({ ...claudeState, ...key }) }) },
  {
    name: 'api-key',
    shows: /Detected a custom API key/,
    files: ({ repo }) => ({ '.claude.json': json({ ...claudeState, ...trusted(repo) }) }),
  },
  {
    name: 'bypass',
    shows: /Bypass Permissions mode/,
    args: () => ['--permission-mode', 'bypassPermissions'],
    env: () => ({ IS_SANDBOX: '1' }),
  },
  {
    name: 'mcp-server',
    shows: /New MCP server found/,
    files: () => ({ 'shop/.mcp.json': json({ mcpServers: { stock: server } }) }),
  },
  {
    name: 'mcp-servers',
    shows: /new MCP servers found/,
    files: () => ({ 'shop/.mcp.json': json({ mcpServers: { stock: server, till: server } }) }),
  },
  {
    name: 'imports',
    shows: /external (CLAUDE.md )?(file )?imports/,
    files: ({ home }) => ({ 'shop/CLAUDE.md': `See @${home}/notes.md\n`, 'notes.md': 'Notes.\n' }),
  },
  {
    name: 'settings-error',
    shows: /Settings Error/,
    files: () => ({ 'shop/.claude/settings.json': '{"permissions": {"allow": "everything"}}' }),
  },
  { name: 'model', shows: /Select model/, steps: [[/❯/, '/model', '\r']] },
  { name: 'login', shows: /Select login method/, steps: [[/❯/, '/login', '\r']] },
  { name: 'config', from: 80, shows: /Auto-compact/, steps: [[/❯/, '/config', '\r']] },
  { name: 'resume', shows: /Resume/, args: () => ['--resume'] },
];

const codexConfig = (url: string) => AGENTS.codex!.args(url);
const codex: Dialog[] = [
  { name: 'trust', shows: /Trust this folder\?/, files: () => ({ '.codex/config.toml': '' }), args: codexConfig },
  { name: 'login', shows: /Sign in with/, args: () => [] },
  {
    name: 'update',
    shows: /Update available/,
    args: codexConfig,
    files: () => ({
      '.codex/version.json': json({ latest_version: '9.9.9', last_checked_at: new Date(Date.now()).toISOString() }),
    }),
  },
  {
    name: 'hooks',
    shows: /[Hh]ooks/,
    args: (url) => [...codexConfig(url), '-c', 'hooks.Stop=[{hooks=[{type="command",command="true"}]}]'],
  },
  { name: 'model', shows: /Use existing model/, args: codexConfig },
];

const gemini: Dialog[] = [
  {
    name: 'auth',
    shows: /How would you like to authenticate/,
    files: () => ({ '.gemini/settings.json': json({ security: { folderTrust: { enabled: false } } }) }),
  },
  {
    name: 'trust',
    shows: /Do you trust/,
    files: () => ({
      '.gemini/settings.json': json({
        security: { auth: { selectedType: 'gemini-api-key' }, folderTrust: { enabled: true } },
        general: { disableAutoUpdate: true },
      }),
    }),
  },
  { name: 'model', shows: /Select Model/, steps: [[/Type your message/, '/model', '\r']] },
  { name: 'settings', shows: /Vim Mode/, steps: [[/Type your message/, '/settings', '\r']] },
];

const qwen: Dialog[] = [
  { name: 'auth', shows: /Connect a Provider/, args: () => [], env: () => ({ OPENAI_API_KEY: '' }) },
  {
    name: 'trust',
    shows: /Do you trust/,
    files: () => ({ '.qwen/settings.json': json({ security: { folderTrust: { enabled: true } } }) }),
  },
  { name: 'theme', shows: /Theme/, steps: [[/Type your message/, '/theme', '\r']] },
  { name: 'model', shows: /Select Model/, steps: [[/Type your message/, '/model', '\r']] },
  { name: 'approval-mode', shows: /Approval Mode/, steps: [[/Type your message/, '/approval-mode', '\r']] },
];

export const DIALOGS: Readonly<Record<string, readonly Dialog[]>> = { claude, codex, gemini, qwen };
