import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { HookReport, HookSource } from '../schema/hook.ts';
import { inTime } from '../util/in-time.ts';
import { projectPaths } from '../util/paths.ts';
import { leave, tell } from './daemon.ts';
import { sourceOf } from './rollout.ts';

/** How long an agent waits for a report that needs no answer before it is left in a file. Milliseconds. */
const TELL_MS = 3000;
/** As long as agents wait for a decision at most (their hook's timeout), a little less. Milliseconds. */
const DECIDE_MS = 595_000;
/** Between two looks for a daemon that is away. Milliseconds. */
const LOOK_MS = 300;

/**
 * Run by an agent's hooks: `hook.js SOURCE [COMMAND]`, the payload on standard input (Codex's notify gives it as the last argument).
 * COMMAND is the person's own status line, or each word of their own notify program, which goes on as before. Whatever goes wrong here,
 * the agent goes on: it ends with 0.
 */
async function main(): Promise<void> {
  const [source, ...extra] = process.argv.slice(2) as [HookSource, ...string[]];
  if (source === 'codex-notify') notifyOwn(extra);
  const payload = source === 'codex-notify' ? withSource(extra.at(-1) ?? '') : await readInput();
  const own = source === 'claude-status' && extra[0] ? runOwn(extra[0], payload) : undefined;
  const { BOOCODE_CHILD: child, BOOCODE_PROJECT: root } = process.env;
  if (child && root && existsSync(projectPaths(root).folder)) {
    const id = `${Date.now().toString(36)}${process.pid.toString(36)}${randomBytes(4).toString('hex')}`;
    const output = await report(root, { id, child, source, at: Date.now(), payload });
    if (output !== '') process.stdout.write(`${output}\n`);
  }
  await own;
}

/** What is to be printed. */
async function report(root: string, told: HookReport): Promise<string> {
  // A status is followed by the next one: an old one is of no use to anybody.
  const decides = /"hook_event_name":\s*"PermissionRequest"/.test(told.payload);
  if (!decides) {
    const output = await inTime(tell(root, told), TELL_MS, null);
    if (output === null && told.source !== 'claude-status') leave(root, told);
    return output ?? '';
  }
  for (const end = Date.now() + DECIDE_MS; Date.now() < end; await delay(LOOK_MS)) {
    const output = await tell(root, told);
    if (output !== null) return output;
  }
  return '';
}

async function readInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** The status line that the person has: what it prints is what is shown. */
function runOwn(command: string, payload: string): Promise<void> {
  const child = spawn('/bin/sh', ['-c', command], { stdio: ['pipe', 'inherit', 'inherit'] });
  child.stdin.on('error', () => {});
  child.stdin.end(payload);
  return new Promise((resolve) => {
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  });
}

/** The notify program that the person has: as Codex runs it, which waits for none and hears nothing of it. */
function notifyOwn([program, ...words]: string[]): void {
  if (program === undefined || words.length === 0) return;
  const child = spawn(program, words, { stdio: 'ignore' });
  child.on('error', () => {});
  child.unref();
}

/** Whose thread a turn belonged to is not told: the file says it that Codex keeps of it. */
function withSource(payload: string): string {
  try {
    const told = JSON.parse(payload);
    return JSON.stringify({ ...told, 'thread-source': sourceOf(told['thread-id']) });
  } catch {
    // Told as it is, it gives no session.
    return payload;
  }
}

main()
  .catch(() => {})
  .finally(() => process.exit(0));
