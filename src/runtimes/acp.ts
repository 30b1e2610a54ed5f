import { BooError } from '../util/errors.ts';
import type { Structured } from './driver.ts';
import { qwenQuiet } from './hooks/qwen.ts';
import { throughBridge } from './through-bridge.ts';
import type { Runtime } from './types.ts';

interface Preset {
  id: string;
  title: string;
  binary: string;
  /** Arguments that make it speak the protocol. */
  speak: string[];
  install: string;
  /** Id of the terminal runtime of the same sessions. */
  terminal: string | null;
  /** Modes by its own names: in which it asks (set where it does not begin so), and in which it never does. */
  asks: string | null;
  free: string | null;
  quietEnv?: Runtime['quietEnv'];
  /** Its process must be told of the session too that it is to load. */
  named?: true;
  verified: string;
}

const PRESETS: Preset[] = [
  {
    id: 'claude-acp',
    title: 'Claude Code over ACP',
    binary: 'claude-agent-acp',
    speak: [],
    install: 'npm i -g @agentclientprotocol/claude-agent-acp',
    terminal: 'claude',
    asks: 'default',
    free: 'bypassPermissions',
    verified: 'driven against 0.100.0',
  },
  {
    id: 'codex-acp',
    title: 'Codex over ACP',
    binary: 'codex-acp',
    speak: [],
    install: 'npm i -g @agentclientprotocol/codex-acp',
    terminal: 'codex',
    asks: 'read-only',
    free: 'agent-full-access',
    verified: 'driven against 2.6.0',
  },
  {
    id: 'gemini-acp',
    title: 'Gemini CLI over ACP',
    binary: 'gemini',
    speak: ['--acp'],
    install: 'npm i -g @google/gemini-cli',
    terminal: 'gemini',
    asks: 'default',
    free: 'yolo',
    named: true,
    verified: 'driven against 0.61.0',
  },
  {
    id: 'opencode-acp',
    title: 'opencode over ACP',
    binary: 'opencode',
    speak: ['acp'],
    install: 'npm i -g opencode-ai',
    terminal: 'opencode',
    asks: null,
    free: null,
    verified: 'driven against 1.18.33',
  },
  {
    id: 'qwen-acp',
    title: 'Qwen Code over ACP',
    binary: 'qwen',
    speak: ['--acp'],
    install: 'npm i -g @qwen-code/qwen-code',
    terminal: 'qwen',
    asks: 'default',
    free: 'yolo',
    quietEnv: qwenQuiet,
    verified: 'driven against 0.24.4',
  },
];

/** Agents of the Agent Client Protocol: a bridge of ours speaks it with them, and goes on when the daemon does not. */
const structured = ({
  terminal,
  asks,
  free,
  named,
}: Pick<Preset, 'terminal' | 'asks' | 'free' | 'named'>): Structured =>
  throughBridge('acp', terminal, ({ agent, model, mode, tools, resume }) => {
    const prefer = agent.unattended === 'auto' && !agent.capabilities ? free : asks;
    return { model, mode, prefer, tools: tools ? JSON.stringify(tools) : null, session: named ? resume : null };
  });

const presets = PRESETS.map(
  ({ id, title, binary, speak, install, verified, quietEnv, ...rest }): Runtime => ({
    id,
    title,
    binary,
    argv: ({ program }) => [program ?? binary, ...speak],
    prompting: 'argument',
    listens: true,
    version: ['--version'],
    install,
    titles: [],
    verified,
    structured: structured(rest),
    ...(quietEnv && { quietEnv }),
  }),
);

const any: Runtime = {
  id: 'acp',
  title: 'Any ACP agent (its command after --)',
  binary: null,
  argv: ({ program, argv }) => {
    const line = program === null ? argv : [program, ...argv];
    if (line.length > 0) return line;
    throw new BooError(
      'usage',
      'runtime acp needs the command of an agent',
      'Give the command that speaks ACP, e.g. gemini --acp, where that of a command line stands.',
    );
  },
  prompting: 'argument',
  listens: true,
  version: null,
  install: null,
  titles: [],
  verified: 'driven in the tests',
  structured: structured({ terminal: null, asks: null, free: null }),
};

/** One of any program, and those whose ways are known. */
export const acp: readonly Runtime[] = [any, ...presets];
