import { entryPath } from '../util/entry.ts';
import { bridgedDriver } from './bridged.ts';
import type { Runtime } from './types.ts';

/** A run of a workflow: a process of ours that starts agents and speaks the bridge's protocol. Started by `run.start` alone. */
export const workflow: Runtime = {
  id: 'workflow',
  title: 'Run of a workflow',
  binary: null,
  argv: () => [process.execPath, entryPath('workflow')],
  prompting: 'argument',
  listens: false,
  version: null,
  install: null,
  titles: [],
  verified: 'driven in the tests',
  internal: true,
  structured: {
    plan: ({ agent }) => ({
      args: [agent.id, agent.run?.form ?? ''],
      before: [],
      env: {},
      stdin: null,
      carriesPrompt: false,
    }),
    driver: bridgedDriver,
    oneShot: false,
    terminal: null,
    auto: [],
  },
};
