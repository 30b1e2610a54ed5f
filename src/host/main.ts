import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '../util/errors.ts';
import { compileSooner } from '../util/tiers.ts';
import { openPost } from '../wire/post.ts';
import { Host } from './host.ts';

/** Time (ms) between SIGTERM and SIGKILL for the children when the host itself gets SIGTERM. */
const GRACE_MS = 5000;
/** Time (ms) for the last answers to leave. */
const LAST_WORDS_MS = 1000;

const log = (text: string) => {
  process.stderr.write(`${new Date().toISOString()} host ${process.pid}: ${text}\n`);
};
// The log may be on a full disk or a closed pipe: agents go on all the same.
process.stderr.on('error', () => {});
process.on('uncaughtException', (error) => log(error.stack ?? messageOf(error)));
process.on('unhandledRejection', (error) => log(error instanceof Error ? (error.stack ?? '') : String(error)));

const { values } = parseArgs({ options: { socket: { type: 'string' }, id: { type: 'string' } } });
const { socket, id } = values;
if (!socket || !id) {
  process.stderr.write('usage: host --socket PATH --id ID\n');
  process.exit(2);
}

const host = new Host({
  id,
  folder: dirname(socket),
  log,
  onDone() {
    void post.close().then(() => process.exit(0));
    setTimeout(() => process.exit(0), LAST_WORDS_MS).unref();
  },
});
const post = await openPost({
  path: socket,
  onSocket: (stream) => host.serve(stream),
  onMoved: (path, trouble) =>
    log(trouble ? `its socket is gone and cannot be made again: ${trouble}` : `listening again at ${path}`),
}).catch((error: unknown) => {
  log(`cannot listen at ${socket}: ${messageOf(error)}`);
  process.exit(1);
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => void host.stopAll(GRACE_MS).then(() => host.close()));
}
process.on('SIGHUP', () => {});
compileSooner();
