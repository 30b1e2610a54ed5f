// A scripted ACP agent: a prompt is a JSON list of steps that it carries out one after the other. Its options are JSON in argv:
// {exit, silent, login, version, noLoad, modes, answers} change how it opens.
import { writeSync } from 'node:fs';
import { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { agent, methods, ndJsonStream, RequestError } from '@agentclientprotocol/sdk';

const options = JSON.parse(process.argv[2] ?? '{}');
if (options.exit !== undefined) process.exit(options.exit);
if (options.silent) await new Promise((resolve) => process.stdin.resume().once('end', () => resolve(process.exit(0))));

const sessionId = 'session-1';
const print = (text) => writeSync(1, text);
const MODES = {
  currentModeId: 'auto',
  availableModes: ['auto', 'ask', 'free'].map((id) => ({ id, name: id })),
};
const cancels = new Map();
let cancelled;

/** What each step does; what it returns ends the turn. */
const steps = {
  say: (client, text) => update(client, { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } }),
  think: (client, text) => update(client, { sessionUpdate: 'agent_thought_chunk', content: { type: 'text', text } }),
  update,
  /** Asks for a permission; `wait: false` goes on at once. What was chosen is said. */
  async ask(client, { wait = true, ...wish }) {
    const abort = new AbortController();
    cancels.set(wish.toolCall.toolCallId, abort);
    const asked = client
      .request(
        methods.client.session.requestPermission,
        { sessionId, options: OPTIONS, ...wish },
        { cancellationSignal: abort.signal },
      )
      .then(({ outcome }) => steps.say(client, `${wish.toolCall.toolCallId}: ${outcome.optionId ?? outcome.outcome};`));
    if (wait) await asked;
    else pending.push(asked);
  },
  /** Waits for the answers to what was asked without waiting. */
  answers: () => Promise.all(pending.splice(0)),
  takeBack: (_client, call) => cancels.get(call).abort(),
  print: (_client, text) => print(text),
  /** Bytes in base64, one write each. */
  async bytes(_client, parts) {
    for (const part of parts) {
      writeSync(1, Buffer.from(part, 'base64'));
      await delay(20);
    }
  },
  /** Milliseconds. */
  rest: (_client, ms) => delay(ms),
  stderr: (_client, text) => writeSync(2, text),
  huge: (client, size) => steps.say(client, 'x'.repeat(size)),
  request: (client, { method, params }) =>
    client.request(method, params).then(
      (answer) => steps.say(client, JSON.stringify(answer)),
      (error) => steps.say(client, `${error.code}: ${error.message};`),
    ),
  notify: (client, { method, params }) => client.notify(method, params),
  fail: (_client, { code, message, data }) => {
    throw new RequestError(code, message, data);
  },
  die: (_client, code) => process.exit(code),
  stop: (_client, answer) => answer,
  /** What its session was opened with. */
  opened: (client) => steps.say(client, JSON.stringify(opened)),
  untilCancelled: () => cancelled,
};
const pending = [];
let opened;
const OPTIONS = [
  { optionId: 'yes', name: 'Yes', kind: 'allow_once' },
  { optionId: 'yes-session', name: 'Yes, for this session', kind: 'allow_always' },
  { optionId: 'no', name: 'No', kind: 'reject_once' },
];

function update(client, what) {
  return client.notify(methods.client.session.update, { sessionId, update: what });
}

/** The option by which its model is set, as `session` of our options gives it, at this value. */
const modelOption = (value) => ({ ...options.session.configOptions[0], currentValue: value });

let cancel = () => {};
const app = agent({ name: 'scripted' })
  .onRequest(methods.agent.initialize, () => ({
    protocolVersion: options.version ?? 1,
    agentInfo: { name: 'scripted', version: '1.2.3' },
    agentCapabilities: { loadSession: !options.noLoad, promptCapabilities: { image: true } },
  }))
  .onRequest(methods.agent.session.new, ({ params }) => {
    if (options.login) throw RequestError.authRequired();
    opened = params;
    return { sessionId, modes: options.modes === false ? undefined : MODES, ...options.session };
  })
  .onRequest(methods.agent.session.load, async ({ params, client }) => {
    if (params.sessionId !== sessionId) throw RequestError.resourceNotFound(params.sessionId);
    await steps.say(client, 'said before');
    return { modes: MODES };
  })
  .onRequest(methods.agent.session.setMode, ({ params }) => {
    if (params.modeId === 'none') throw RequestError.invalidParams(undefined, 'there is no such mode');
    return {};
  })
  .onRequest(methods.agent.session.setConfigOption, ({ params: { value } }) => {
    const { options: choices } = options.session.configOptions[0];
    if (!choices.some((choice) => choice.value === value)) throw RequestError.invalidParams();
    return { configOptions: [modelOption(value)] };
  })
  .onRequest(
    'session/set_model',
    (params) => params,
    async ({ params, client }) => {
      const [value] = params.modelId.split('[');
      if (options.session)
        await update(client, { sessionUpdate: 'config_option_update', configOptions: [modelOption(value)] });
      return {};
    },
  )
  .onRequest(methods.agent.session.prompt, async ({ params, client }) => {
    cancelled = new Promise((resolve) => {
      cancel = () => resolve({ stopReason: 'cancelled' });
    });
    const script = JSON.parse(params.prompt[0].text);
    if (params.prompt.length > 1)
      await steps.say(client, JSON.stringify(params.prompt.slice(1).map(({ type, uri }) => ({ type, uri }))));
    for (const step of script) {
      const [name, value] = Object.entries(step)[0];
      const answer = await steps[name](client, value);
      if (answer?.stopReason) return answer;
    }
    return { stopReason: 'end_turn' };
  })
  .onNotification(methods.agent.session.cancel, () => cancel());
const connection = app.connect(ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin)));
await connection.closed;
process.exit(options.late === undefined ? 0 : await delay(options.late, 0));
