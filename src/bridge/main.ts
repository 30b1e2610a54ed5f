import { parseArgs } from 'node:util';
import { ToolServer } from '../schema/bridge.ts';
import { writeAll } from '../util/write-all.ts';
import { createSay } from './say.ts';

/*
 * Runs on a process host between the daemon (standard input and output, schema/bridge) and an agent that must be spoken to all the
 * time: when the daemon crashes, that connection goes on. `bridge.js acp|paseo [options] -- PROGRAM ARGUMENTS`.
 */
const [protocol, ...words] = process.argv.slice(2);
const { values, positionals } = parseArgs({
  args: words,
  allowPositionals: true,
  options: {
    model: { type: 'string' },
    mode: { type: 'string' },
    prefer: { type: 'string' },
    tools: { type: 'string' },
    session: { type: 'string' },
  },
});
const { model = null, mode = null, prefer = null, session = null } = values;
const say = createSay((line) => writeAll(1, line));
const tools = values.tools === undefined ? null : ToolServer.parse(JSON.parse(values.tools));
if (positionals.length > 0 && protocol === 'acp') {
  const { runAcp } = await import('./acp/run.ts');
  process.exit(await runAcp(positionals, { model, mode, prefer, tools, session }, process.stdin, say));
}
if (positionals.length > 0 && protocol === 'paseo') {
  const { runPaseo } = await import('./paseo/run.ts');
  process.exit(await runPaseo(positionals, { model, mode }, process.stdin, say));
}
process.stderr.write('boocode: the bridge is told acp or paseo, options, -- and a program\n');
process.exit(2);
