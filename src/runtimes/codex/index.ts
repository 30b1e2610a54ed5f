import { codexTools } from '../tools.ts';
import type { Runtime } from '../types.ts';
import { codexDriver } from './driver.ts';

/** Codex over its app server: messages, tools with diffs, approvals, tokens and limits, many turns in one process. */
export const codexApp: Runtime = {
  id: 'codex-app',
  title: 'Codex (conversation)',
  binary: 'codex',
  argv: ({ program }) => [program ?? 'codex'],
  prompting: 'argument',
  listens: true,
  version: ['--version'],
  install: 'npm i -g @openai/codex',
  titles: [],
  verified: 'driven against 0.169.0',
  withTools: codexTools,
  structured: {
    // Model and mode are said when its thread is opened: one mode is refused on the command line.
    plan: ({ args }) => ({ before: [], args: [...args, 'app-server'], env: {}, stdin: null, carriesPrompt: false }),
    driver: codexDriver,
    oneShot: false,
    terminal: 'codex',
    // The mode of its thread says it; what it still asks is answered for it.
    auto: [],
  },
};
