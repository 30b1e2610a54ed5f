import type { Reply } from '../../support/models/script.ts';
import type { Recording } from './claude.ts';
import type { Message, Pipe } from './pipe.ts';

const prompt = (content: unknown, uuid = '00000000-0000-4000-8000-000000000001') => ({
  type: 'user',
  message: { role: 'user', content },
  parent_tool_use_id: null,
  session_id: '',
  uuid,
});
const control = (id: string, request: object) => ({ type: 'control_request', request_id: id, request });
const respond = ({ request_id }: Message, response: object) => ({
  type: 'control_response',
  response: { subtype: 'success', request_id, response },
});
const allow = (asked: Message, more: object = {}) =>
  respond(asked, { behavior: 'allow', updatedInput: asked.request.input, ...more });

const result = (pipe: Pipe) => pipe.hears('a result', ({ type }) => type === 'result');
const asks = (pipe: Pipe) => pipe.hears('a request', ({ type }) => type === 'control_request');
const answers = (pipe: Pipe) => pipe.hears('a response', ({ type }) => type === 'control_response');

async function begin(pipe: Pipe, content: unknown, uuid?: string): Promise<void> {
  pipe.say(control('boocode-0', { subtype: 'initialize' }));
  await answers(pipe);
  pipe.say(prompt(content, uuid));
}

const flow = (...replies: Reply[]) => ({ flows: [{ when: '.', replies }] });
const failing = (reply: Reply) => ({ flows: [{ when: '.', replies: [reply, reply, reply] }], after: reply });
const say = (text: string): Reply => ({ text, usage: { input: 12, output: 7, cacheRead: 900 } });
const once = async (pipe: Pipe) => {
  await begin(pipe, 'hello');
  await result(pipe);
};
/** Fails at the first failure, but for one try more. */
const IMPATIENT = { CLAUDE_CODE_MAX_RETRIES: '1' };
const IMAGE = {
  type: 'base64',
  media_type: 'image/png',
  data: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
};

export const recordings: Record<string, Recording> = {
  prompt: {
    script: flow({
      thinking: 'Somebody says hello.',
      text: 'Hello! **What** shall we do?',
      usage: { input: 100, output: 40, cacheRead: 2000, cacheWrite: 300 },
    }),
    steps: async (pipe) => {
      await once(pipe);
      pipe.say(prompt('and again', '00000000-0000-4000-8000-000000000002'));
      await result(pipe);
    },
  },
  tools: {
    script: flow(
      {
        text: 'I look at it and change it.',
        tools: [
          { tool: 'read', path: 'greeting.txt' },
          { tool: 'edit', path: 'greeting.txt', old: 'world', new: 'there' },
        ],
        usage: { input: 50, output: 30, cacheRead: 2300, cacheWrite: 100 },
      },
      {
        tools: [
          { tool: 'write', path: 'new.txt', content: 'one\ntwo\n' },
          { tool: 'bash', command: 'wc -l *.txt; exit 3' },
        ],
      },
      say('Both are done.'),
    ),
    args: ['--permission-mode', 'acceptEdits', '--allowedTools', 'Bash(wc:*),Bash(exit:*)'],
    steps: once,
  },
  asked: {
    script: flow(
      {
        tools: [
          { tool: 'read', path: 'greeting.txt' },
          { tool: 'edit', path: 'greeting.txt', old: 'world', new: 'there' },
        ],
      },
      { tools: [{ tool: 'bash', command: 'touch made.txt && echo made' }] },
      { tools: [{ tool: 'bash', command: 'rm made.txt' }] },
      say('I could not remove it.'),
    ),
    steps: async (pipe) => {
      await begin(pipe, 'change the greeting');
      pipe.say(allow(await asks(pipe)));
      const bash = await asks(pipe);
      const rule = bash.request.permission_suggestions[0];
      pipe.say(allow(bash, { updatedPermissions: [{ ...rule, destination: 'session' }] }));
      pipe.say(respond(await asks(pipe), { behavior: 'deny', message: 'leave it there' }));
      await result(pipe);
    },
  },
  two: {
    script: flow(
      {
        tools: [
          { tool: 'bash', command: 'touch a.txt' },
          { tool: 'write', path: 'b.txt', content: 'b\n' },
        ],
      },
      say('Both.'),
    ),
    steps: async (pipe) => {
      await begin(pipe, 'two at once');
      const first = await asks(pipe);
      pipe.say(allow(first));
      pipe.say(allow(await asks(pipe)));
      await result(pipe);
    },
  },
  question: {
    script: flow(
      {
        tools: [
          {
            name: 'AskUserQuestion',
            input: {
              questions: [
                {
                  question: 'Which colour?',
                  header: 'Colour',
                  multiSelect: false,
                  options: [
                    { label: 'Red', description: 'warm' },
                    { label: 'Blue', description: 'cold' },
                  ],
                },
              ],
            },
          },
        ],
      },
      say('Blue it is.'),
    ),
    steps: async (pipe) => {
      await begin(pipe, 'ask me');
      const asked = await asks(pipe);
      pipe.say(allow(asked, { updatedInput: { ...asked.request.input, answers: { 'Which colour?': 'Blue' } } }));
      await result(pipe);
    },
  },
  plan: {
    script: flow(
      { text: 'I have a plan.', tools: [{ name: 'ExitPlanMode', input: { plan: '# The plan\n1. Do it.' } }] },
      say('Done.'),
    ),
    args: ['--permission-mode', 'plan'],
    steps: async (pipe) => {
      await begin(pipe, 'make a plan');
      pipe.say(allow(await asks(pipe)));
      await result(pipe);
    },
  },
  interrupt: {
    script: {
      flows: [
        { when: 'story', replies: [{ text: 'I begin a long story that is not told to its end.', holdHalf: 'never' }] },
      ],
      after: say('Hello.'),
    },
    steps: async (pipe) => {
      await begin(pipe, 'tell a story');
      await pipe.hears('text', ({ event }) => event?.delta?.type === 'text_delta');
      pipe.say(control('boocode-1', { subtype: 'interrupt' }));
      await result(pipe);
      pipe.say(prompt('hello', '00000000-0000-4000-8000-000000000002'));
      await result(pipe);
    },
  },
  withdrawn: {
    script: flow({ tools: [{ tool: 'bash', command: 'touch made.txt' }] }),
    steps: async (pipe) => {
      await begin(pipe, 'touch it');
      await asks(pipe);
      pipe.say(control('boocode-1', { subtype: 'interrupt' }));
      await result(pipe);
    },
  },
  configure: {
    script: flow(say('Hello.')),
    steps: async (pipe) => {
      await once(pipe);
      pipe.say(control('boocode-1', { subtype: 'set_permission_mode', mode: 'acceptEdits' }));
      await answers(pipe);
      pipe.say(control('boocode-2', { subtype: 'set_model', model: 'haiku' }));
      await answers(pipe);
      pipe.say(control('boocode-3', { subtype: 'set_permission_mode', mode: 'no-such-mode' }));
      await answers(pipe);
      pipe.say(control('boocode-4', { subtype: 'no_such_request' }));
      await answers(pipe);
      pipe.say(prompt('hello', '00000000-0000-4000-8000-000000000002'));
      await result(pipe);
    },
  },
  subagent: {
    script: {
      flows: [
        { when: 'look around', replies: [{ text: 'I looked.', usage: { input: 70, output: 9 } }] },
        {
          when: '.',
          replies: [
            {
              tools: [
                {
                  name: 'Agent',
                  input: {
                    description: 'Look',
                    prompt: 'look around',
                    subagent_type: 'general-purpose',
                    run_in_background: false,
                  },
                },
              ],
            },
            say('It looked.'),
          ],
        },
      ],
    },
    args: ['--forward-subagent-text'],
    steps: once,
  },
  image: {
    script: flow(say('A small picture.')),
    steps: async (pipe) => {
      await begin(pipe, [
        { type: 'text', text: 'what is it?' },
        { type: 'image', source: IMAGE },
      ]);
      await result(pipe);
    },
  },
  'fail-401': { script: failing({ status: 401, error: 'invalid x-api-key' }), env: IMPATIENT, steps: once },
  'fail-429': {
    script: failing({ status: 429, error: 'slow down', headers: { 'retry-after': '1' } }),
    env: IMPATIENT,
    steps: once,
  },
  'fail-limit': {
    script: failing({
      status: 429,
      error: 'This request would exceed your limit',
      limits: [
        { usedPercent: 100, resetsAt: 1_795_250_000_000 },
        { usedPercent: 40, resetsAt: 1_795_650_000_000, status: 'allowed' },
      ],
    }),
    env: { ...IMPATIENT, ANTHROPIC_API_KEY: '', CLAUDE_CODE_OAUTH_TOKEN: 'not-a-token' },
    steps: once,
  },
  'near-limit': {
    script: flow({
      ...say('Nearly.'),
      limits: [
        { usedPercent: 91, resetsAt: 1_795_250_000_000, status: 'allowed_warning' },
        { usedPercent: 40, resetsAt: 1_795_650_000_000 },
      ],
    }),
    env: { ANTHROPIC_API_KEY: '', CLAUDE_CODE_OAUTH_TOKEN: 'not-a-token' },
    steps: once,
  },
  'fail-500': { script: failing({ status: 500, error: 'it broke' }), env: IMPATIENT, steps: once },
  'fail-529': { script: failing({ status: 529, error: 'overloaded' }), env: IMPATIENT, steps: once },
  'fail-cut': { script: failing({ text: 'This breaks off in the middle', cut: true }), env: IMPATIENT, steps: once },
  tasks: {
    script: flow(
      {
        tools: [
          { name: 'TaskCreate', input: { subject: 'Look', description: 'Look at it' } },
          { name: 'TaskCreate', input: { subject: 'Change', description: 'Change it', activeForm: 'Changing' } },
        ],
      },
      {
        tools: [
          { name: 'TaskUpdate', input: { taskId: '1', status: 'completed' } },
          { name: 'TaskUpdate', input: { taskId: '2', status: 'in_progress' } },
        ],
      },
      say('Half of it.'),
    ),
    args: ['--model', 'claude-haiku-4-5'],
    steps: once,
  },
  todos: {
    script: flow(
      {
        tools: [
          {
            name: 'TodoWrite',
            input: {
              todos: [
                { content: 'Look', status: 'completed', activeForm: 'Looking' },
                { content: 'Change', status: 'in_progress', activeForm: 'Changing' },
              ],
            },
          },
        ],
      },
      say('Half of it.'),
    ),
    args: ['--model', 'claude-haiku-4-5'],
    steps: once,
  },
  before: { script: flow(say('I will remember.')), steps: once },
  resume: {
    script: flow(say('I remember.')),
    after: 'before',
    args: ['--resume', 'SESSION'],
    steps: async (pipe) => {
      await begin(pipe, 'do you?', '00000000-0000-4000-8000-000000000002');
      await result(pipe);
    },
  },
  'resume-refused': {
    script: flow(say('Never said.')),
    args: ['--resume', '00000000-0000-4000-8000-00000000dead'],
    steps: async (pipe) => {
      pipe.say(control('boocode-0', { subtype: 'initialize' }));
      pipe.say(prompt('hello'));
      await pipe.ended;
    },
  },
  sigint: {
    script: flow({ text: 'I begin a long story that is not told to its end.', holdHalf: 'never' }),
    steps: async (pipe) => {
      await begin(pipe, 'tell a story');
      await pipe.hears('text', ({ event }) => event?.delta?.type === 'text_delta');
      pipe.signal('SIGINT');
      await pipe.ended;
    },
  },
};
