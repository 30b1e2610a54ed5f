import { withClaudeHooks } from './hooks/claude.ts';
import { CODEX_HOOKS, withCodexHooks } from './hooks/codex.ts';
import { qwenHooks } from './hooks/qwen.ts';
import { claudeTools, codexTools, opencodeTools, qwenTools } from './tools.ts';
import type { Runtime } from './types.ts';

type Row = Pick<Runtime, 'id' | 'title' | 'install' | 'verified'> & {
  binary?: string;
  /** The arguments that carry a prompt; missing when none keeps the agent's screen open: the prompt is then typed. */
  prompt?: (text: string) => string[];
  titles?: Runtime['titles'];
  /** The arguments that go on with a session; missing: it cannot. */
  resume?: (session: string) => string[];
  /** Beside those it does not send the prompt that its arguments carry: it is typed. */
  typesResumed?: true;
  asksVersion?: true;
  model?: (id: string) => string[];
  mode?: (id: string) => string[];
  withHooks?: Runtime['withHooks'];
  turnsSince?: string;
  hookEnv?: Runtime['hookEnv'];
  withTools?: Runtime['withTools'];
};

/** The option that would take over a prompt beginning with a dash. */
const positional = (text: string) => (text.startsWith('-') ? ['--', text] : [text]);

/*
 * Title rules: in recorded sessions of Claude Code 2.1 and Qwen Code 0.24 `◐` stood while they worked, but `✳` stood both
 * at rest and while a dialog waited for an answer, and Gemini's `◇  Ready` stood over its login dialog: these are no proof
 * of rest. Codex's spinner was not seen with an approval open.
 */
const BUSY = { starts: '◐', state: 'running' } as const;
const REST = { starts: '✳', state: 'unknown', note: 'it rests, or it asks something' } as const;

const ROWS: Row[] = [
  {
    id: 'claude',
    title: 'Claude Code',
    prompt: positional,
    install: 'npm i -g @anthropic-ai/claude-code',
    titles: [BUSY, REST],
    resume: (session) => ['--resume', session],
    model: (id) => ['--model', id],
    mode: (id) => ['--permission-mode', id],
    withHooks: withClaudeHooks,
    withTools: claudeTools,
    verified: 'prompt and title against 2.1.329',
  },
  {
    id: 'codex',
    title: 'Codex',
    prompt: positional,
    resume: (session) => ['resume', session],
    model: (id) => ['--model', id],
    withHooks: withCodexHooks,
    turnsSince: CODEX_HOOKS,
    asksVersion: true,
    withTools: codexTools,
    install: 'npm i -g @openai/codex',
    verified: 'prompt against 0.169.0',
  },
  {
    id: 'gemini',
    title: 'Gemini CLI',
    prompt: (text) => [`--prompt-interactive=${text}`],
    resume: (session) => ['--resume', session],
    model: (id) => ['--model', id],
    mode: (id) => ['--approval-mode', id],
    install: 'npm i -g @google/gemini-cli',
    verified: 'title against 0.61.0; the prompt option is as documented, not tried',
  },
  {
    id: 'opencode',
    title: 'opencode',
    prompt: (text) => [`--prompt=${text}`],
    resume: (session) => ['--session', session],
    typesResumed: true,
    model: (id) => ['--model', id],
    withTools: opencodeTools,
    install: 'npm i -g opencode-ai',
    verified: 'session and prompt against 1.18.33',
  },
  {
    id: 'qwen',
    title: 'Qwen Code',
    prompt: (text) => [`--prompt-interactive=${text}`],
    resume: (session) => ['--resume', session],
    model: (id) => ['--model', id],
    mode: (id) => ['--approval-mode', id],
    install: 'npm i -g @qwen-code/qwen-code',
    titles: [BUSY, REST],
    hookEnv: qwenHooks,
    withTools: qwenTools,
    verified: 'prompt, title and hooks against 0.24.4',
  },
  {
    id: 'aider',
    title: 'aider',
    install: 'pipx install aider-chat',
    verified: 'not tried; its --message ends it after one turn, so a prompt is typed',
  },
];

/** The agents that people run in their own screen: one row each. */
export const presets: Runtime[] = ROWS.map((row) => ({
  id: row.id,
  title: row.title,
  binary: row.binary ?? row.id,
  argv: ({ program, args, prompt, resume, model, mode }) => [
    program ?? row.binary ?? row.id,
    ...(resume === null ? [] : (row.resume?.(resume) ?? [])),
    ...(model === null ? [] : (row.model?.(model) ?? [])),
    ...(mode === null ? [] : (row.mode?.(mode) ?? [])),
    ...args,
    ...(prompt !== null && row.prompt && !(row.typesResumed && resume !== null) ? row.prompt(prompt) : []),
  ],
  prompting: row.prompt ? 'argument' : 'typed',
  ...(row.typesResumed && { typesResumed: row.typesResumed }),
  listens: true,
  version: ['--version'],
  ...(row.asksVersion && { asksVersion: row.asksVersion }),
  install: row.install,
  titles: row.titles ?? [],
  resumes: row.resume !== undefined,
  verified: row.verified,
  ...(row.withHooks && { withHooks: row.withHooks }),
  ...(row.turnsSince && { turnsSince: row.turnsSince }),
  ...(row.hookEnv && { hookEnv: row.hookEnv }),
  ...(row.withTools && { withTools: row.withTools }),
}));
