import { entryPath } from '../util/entry.ts';
import { bridgedDriver } from './bridged.ts';
import type { Runtime } from './types.ts';

/** The scripted agent that ships with BooCode, run by the Node that runs us. */
export const demo: Runtime = {
  id: 'demo',
  title: 'Demo agent (scripted, no model)',
  binary: null,
  argv: ({ program, args, prompt, resume }) => [
    ...(program === null ? [process.execPath, entryPath('demo')] : [program]),
    ...(resume === null ? [] : ['--resume', resume]),
    ...args,
    ...(prompt === null ? [] : ['--', prompt]),
  ],
  prompting: 'argument',
  listens: true,
  version: null,
  install: null,
  titles: [],
  resumes: true,
  verified: 'driven in the tests',
};

/** The same without a screen: it speaks the bridge's protocol. */
export const demoChat: Runtime = {
  id: 'demo-chat',
  title: 'Demo chat agent (scripted, no model)',
  binary: null,
  argv: ({ program }) => (program === null ? [process.execPath, entryPath('demo')] : [program]),
  prompting: 'argument',
  listens: true,
  version: null,
  install: null,
  titles: [],
  verified: 'driven in the tests',
  structured: {
    plan: ({ args, model, mode }) => ({
      args: [
        '--chat',
        ...args,
        ...(model === null ? [] : ['--model', model]),
        ...(mode === null ? [] : ['--mode', mode]),
      ],
      before: [],
      env: {},
      stdin: null,
      carriesPrompt: false,
    }),
    driver: bridgedDriver,
    oneShot: false,
    terminal: 'demo',
    auto: ['--mode', 'auto'],
  },
};
