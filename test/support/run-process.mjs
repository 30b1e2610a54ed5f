// Stands in for the process of a run: what a test says it does. Loaded before dist/workflow.js (node --import), which it never lets begin.
// BOOCODE_TEST_RUN: JSON lines that it prints after its session has begun; it ends when it is asked to, or when they say so ({"exit": 0}).
import { createInterface } from 'node:readline';

if (process.argv[1]?.endsWith('workflow.js')) {
  const [, , agent] = process.argv;
  const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
  const report = (one) => say({ boocode: 'report', report: one });
  const leave = (code) => process.stdout.write('', () => process.exit(code));
  process.on('SIGTERM', () => leave(130));
  for await (const line of createInterface({ input: process.stdin })) {
    const message = JSON.parse(line);
    if (message.do !== 'start') continue;
    report({ type: 'session', sessionId: agent });
    report({ type: 'turnStarted', turn: message.turn + 1, prompt: null, model: null, line: null });
    for (const one of JSON.parse(process.env.BOOCODE_TEST_RUN ?? '[]')) {
      if ('exit' in one) await leave(one.exit);
      else report(one);
    }
  }
  process.exit(130);
}
