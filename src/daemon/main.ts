import { parseArgs } from 'node:util';
import { messageOf } from '../util/errors.ts';
import { runDaemon } from './run.ts';

/** `node daemon.js --root DIR`: started by src/client, detached, its output going to the log. */
const { values } = parseArgs({ options: { root: { type: 'string' } } });
if (values.root === undefined) {
  console.error('usage: daemon.js --root DIR');
  process.exit(2);
}
process.title = `boocode daemon ${values.root}`;
runDaemon(values.root).then(
  (code) => process.exit(code),
  (error) => {
    console.error(messageOf(error));
    process.exit(1);
  },
);
