import { homedir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { type ClientConnection, methods, PROTOCOL_VERSION } from '@agentclientprotocol/sdk';
import { AcpInitialized, AcpPrompted, AcpSession } from '../../schema/acp.ts';
import type { BridgeIn, ToolServer } from '../../schema/bridge.ts';
import { VERSION } from '../../util/version.ts';
import type { Say } from '../say.ts';
import { blocksOf } from './blocks.ts';
import { untilLoadable } from './gemini.ts';
import type { Requests } from './requests.ts';
import type { Telling } from './telling.ts';
import { codeOf, troubleOf } from './trouble.ts';

/** An agent that has said nothing for so long while it should open a session is reported, and waited for all the same. */
const SILENCE_MS = 60_000;

const { agent: ask } = methods;
/** Not in the protocol's stable part, yet the only way to a model with agents that have no config options. */
const SET_MODEL = 'session/set_model';

/** Claude Code would ask its model after each turn what the person types next: tokens that nobody is told of, for nothing that is shown. */
const NO_GUESS = { claudeCode: { options: { promptSuggestions: false } } };

export interface Wishes {
  model: string | null;
  mode: string | null;
  /** A mode to begin with where the agent has it: the one that asks, or the one that never does. */
  prefer: string | null;
  /** An MCP server that the agent is to have beside its own. */
  tools: ToolServer | null;
  /** The session that it goes on with, where its process is to be told of it too (Gemini CLI). */
  session: string | null;
}
type Start = Extract<BridgeIn, { do: 'start' }>;
type Prompt = NonNullable<Start['prompt']>;

/** One agent's session: opened, prompted, interrupted, switched. */
export class Talk {
  readonly #connection: ClientConnection;
  readonly #say: Say;
  readonly #telling: Telling;
  readonly #requests: Requests;
  readonly #cwd: string;
  #images = false;
  /** Its process was started with the session. */
  #isNamed = false;
  #servers: object[] = [];
  #session: string | null = null;

  constructor(
    connection: ClientConnection,
    { say, telling, requests, cwd }: { say: Say; telling: Telling; requests: Requests; cwd: string },
  ) {
    this.#connection = connection;
    this.#say = say;
    this.#telling = telling;
    this.#requests = requests;
    this.#cwd = cwd;
  }

  /** False: no session could be opened, which is reported. `refused` is no failure: another `start` may follow. */
  async open({ resume }: Start, wishes: Wishes): Promise<boolean> {
    this.#isNamed = resume !== null && wishes.session === resume;
    this.#servers = wishes.tools ? [{ name: 'boocode', ...wishes.tools, env: [] }] : [];
    const clock = new AbortController();
    void this.#watch(clock.signal);
    try {
      const info = await this.#initialize();
      const session = resume === null ? await this.#fresh() : await this.#resumed(resume, info);
      if (!session) return true;
      this.#session = session.sessionId ?? resume;
      this.#telling.options.opened(session);
      this.#say.report({ type: 'session', sessionId: this.#session! });
      this.#telling.configured(info.agentInfo?.version ?? undefined);
      await this.#begin(wishes);
      return true;
    } catch (error) {
      this.#say.report({ type: 'troubled', trouble: this.#openTrouble(error) });
      return false;
    } finally {
      clock.abort();
    }
  }

  async prompt({ id, text, images }: Prompt): Promise<void> {
    const sessionId = this.#session;
    if (sessionId === null || this.#telling.running) {
      const detail = sessionId === null ? 'it has no session' : 'a turn runs';
      this.#say.receipt({ prompt: id, receipt: 'not delivered', evidence: { source: 'protocol', detail } });
      return;
    }
    this.#telling.begin(text);
    let seen = false;
    this.#telling.onSign = () => {
      seen = true;
      const evidence = { source: 'protocol' as const, detail: 'it answers' };
      this.#say.receipt({ prompt: id, receipt: 'submitted', evidence });
    };
    try {
      const prompt = blocksOf(text, images, this.#images);
      this.#telling.end(AcpPrompted.parse(await this.#request(ask.session.prompt, { sessionId, prompt })));
    } catch (error) {
      const trouble = troubleOf(error);
      this.#telling.onSign = undefined;
      if (!seen) {
        const evidence = { source: 'protocol' as const, detail: trouble.message };
        this.#say.receipt({ prompt: id, receipt: 'not delivered', evidence });
      }
      this.#telling.fail(trouble);
    }
    this.#requests.withdraw('its turn is over');
  }

  async interrupt(): Promise<void> {
    if (this.#session === null) return;
    await this.#connection.agent.notify(ask.session.cancel, { sessionId: this.#session });
    this.#requests.withdraw('the turn was interrupted');
  }

  /** What it cannot be switched to is reported, and stays as it was. */
  async configure({ model, mode }: { model?: string | undefined; mode?: string | undefined }): Promise<void> {
    if (mode !== undefined) await this.#set('mode', mode);
    if (model !== undefined) await this.#set('model', model);
    this.#telling.configured();
  }

  async #initialize(): Promise<AcpInitialized> {
    const said = await this.#request(ask.initialize, {
      protocolVersion: PROTOCOL_VERSION,
      clientInfo: { name: 'boocode', version: VERSION },
      clientCapabilities: {},
    });
    const info = AcpInitialized.parse(said);
    if (info.protocolVersion !== PROTOCOL_VERSION) {
      throw new Error(`it speaks version ${info.protocolVersion} of the protocol, and BooCode ${PROTOCOL_VERSION}`);
    }
    this.#images = info.agentCapabilities?.promptCapabilities?.image === true;
    return info;
  }

  async #fresh(): Promise<AcpSession> {
    return AcpSession.parse(await this.#request(ask.session.new, this.#place()));
  }

  /** Null: the agent does not take the session up again, which is said. */
  async #resumed(sessionId: string, { agentCapabilities, agentInfo }: AcpInitialized): Promise<AcpSession | null> {
    const resumes = agentCapabilities?.sessionCapabilities?.resume;
    const method = resumes ? ask.session.resume : agentCapabilities?.loadSession ? ask.session.load : null;
    if (method === null) {
      this.#say.refused('it cannot take up a session again');
      return null;
    }
    if (agentInfo?.name === 'gemini-cli' && !this.#isNamed)
      await delay(untilLoadable(homedir(), sessionId, Date.now()));
    // Until the next prompt: some go on telling after they have answered.
    this.#telling.replaying = true;
    try {
      const said = await this.#request(method, { sessionId, ...this.#place() });
      return AcpSession.parse(said ?? {});
    } catch (error) {
      this.#telling.replaying = false;
      // What has nothing to do with this session may go away by itself: the session is not given up for it.
      const { kind, message } = troubleOf(error);
      if (kind !== 'other') throw error;
      this.#say.refused(message);
      return null;
    }
  }

  #place(): object {
    return { cwd: this.#cwd, mcpServers: this.#servers, _meta: NO_GUESS };
  }

  async #begin({ model, mode, prefer }: Wishes): Promise<void> {
    const { choices, current } = this.#telling.options.mode;
    const wanted = mode ?? (choices.some(({ id }) => id === prefer) ? prefer : null);
    if (wanted !== null && wanted !== current) await this.#set('mode', wanted);
    if (model !== null && model !== this.#telling.options.model.current) await this.#set('model', model);
    this.#telling.configured();
  }

  async #set(what: 'mode' | 'model', value: string): Promise<void> {
    const setting = this.#telling.options[what];
    const sessionId = this.#session!;
    const option = this.#telling.options.optionFor(setting, value);
    try {
      if (option !== null) {
        const asked = { sessionId, configId: option, value };
        const said = await this.#request(ask.session.setConfigOption, asked);
        this.#telling.options.opened(AcpSession.catch({}).parse(said));
      } else if (what === 'mode') await this.#request(ask.session.setMode, { sessionId, modeId: value });
      else await this.#request(SET_MODEL, { sessionId, modelId: value });
      // What an option says it is set to is the agent's to tell.
      if (option === setting.option) setting.current = value;
    } catch (error) {
      const known = setting.choices.map(({ id }) => id).join(', ') || 'none';
      const message = `it cannot be switched to ${what} ${value}: ${troubleOf(error).message}; known: ${known}`;
      this.#say.report({ type: 'troubled', trouble: { ...troubleOf(error), kind: 'other', message } });
    }
  }

  /** The answer as it came: it is checked by looser shapes than the SDK's. */
  #request(method: string, params: unknown): Promise<unknown> {
    return this.#connection.agent.request<unknown, unknown>(method as `x/${string}`, params);
  }

  #openTrouble(error: unknown) {
    const trouble = troubleOf(error);
    if (trouble.kind !== 'login') return trouble;
    const message = codeOf(error) === null ? trouble.message : `${trouble.message}: log in with its own program first`;
    return { ...trouble, message };
  }

  async #watch(signal: AbortSignal): Promise<void> {
    try {
      await delay(SILENCE_MS, undefined, { signal, ref: false });
    } catch {
      return;
    }
    const message = `it has not opened a session for ${SILENCE_MS / 1000} seconds`;
    const trouble = { kind: 'other' as const, message, status: null, retries: true, until: null };
    this.#say.report({ type: 'troubled', trouble });
  }
}
