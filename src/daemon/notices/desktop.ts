import { spawn } from 'node:child_process';
import { which } from '../../runtimes/which.ts';

/** A notification daemon that hangs is not waited for longer, in milliseconds. */
const PATIENCE_MS = 5000;
const TITLE = 'BooCode';

/** As it goes to osascript: the texts are arguments, never code. */
const SCRIPT = ['on run argv', 'display notification (item 2 of argv) with title (item 1 of argv)', 'end run'];

/** The command that shows a text on this desktop, without a shell; null: there is none. */
export function desktopCommand(text: string, env: Record<string, string | undefined>): string[] | null {
  const find = (program: string) => which(program, env, '/');
  const send = find('notify-send');
  // Bodies may hold markup: what agents say is text.
  const body = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  if (send) return [send, '--app-name=BooCode', '--', TITLE, body];
  const script = process.platform === 'darwin' ? find('osascript') : null;
  return script ? [script, ...SCRIPT.flatMap((line) => ['-e', line]), '--', TITLE, text] : null;
}

/** Shows it where there is a desktop; where there is none, nothing happens. `env`: of the person's last screen. */
export function tellDesktop(text: string, env: Record<string, string>): void {
  const all = { ...process.env, ...env };
  const command = desktopCommand(text, all);
  if (!command) return;
  const child = spawn(command[0]!, command.slice(1), { env: all, stdio: 'ignore', cwd: '/' });
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  timer.unref();
  child.unref();
  // Not being able to notify is no trouble that anybody could be told of.
  child.on('error', () => clearTimeout(timer));
  child.on('exit', () => clearTimeout(timer));
}
