import { type ClientConnection, client, methods, RequestError } from '@agentclientprotocol/sdk';
import { AcpPermission } from '../../schema/acp.ts';
import { readText, writeText } from './files.ts';
import type { AgentProcess } from './process.ts';

/** What is chosen of a request's options; null: it is cancelled. */
export type Choice = string | null;

export interface ClientHooks {
  /** `request`: its id in the protocol. `signal` aborts when the agent takes it back. */
  onPermission(wish: AcpPermission, request: string, signal: AbortSignal): Promise<Choice>;
  /** What an agent says or asks that is not known to us. */
  onUnknown(method: string, params: unknown): void;
}

/** Our side of the protocol. What an agent asks for that we do not have is answered with an error of JSON-RPC. */
export function connectClient({ stream }: AgentProcess, cwd: string, hooks: ClientHooks): ClientConnection {
  return client({ name: 'boocode' })
    .onRequest(
      methods.client.session.requestPermission,
      (params) => AcpPermission.parse(params),
      async ({ params, requestId, signal }) => {
        const optionId = await hooks.onPermission(params, String(requestId), signal);
        return { outcome: optionId === null ? { outcome: 'cancelled' } : { outcome: 'selected', optionId } };
      },
    )
    .onRequest(methods.client.fs.readTextFile, ({ params: { path, line, limit } }) => ({
      content: readText(path, cwd, line, limit),
    }))
    .onRequest(methods.client.fs.writeTextFile, ({ params: { path, content } }) => {
      writeText(path, content, cwd);
      return {};
    })
    .onRequest('*', ({ method, params }) => {
      hooks.onUnknown(method, params);
      throw RequestError.methodNotFound(method);
    })
    .onNotification('*', ({ method, params }) => hooks.onUnknown(method, params))
    .connect(stream);
}
