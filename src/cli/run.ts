import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { suggest } from '../core/suggest.ts';
import { BooError, EXIT_CODES, messageOf } from '../util/errors.ts';
import { createContext, type Io } from './context.ts';
import { catchSignals } from './interrupt.ts';
import { parse, splitVerb } from './parse.ts';
import { capital, forTerminal, painter, wantsColour } from './print.ts';
import { isVerb, type VerbName, verbs } from './verbs.ts';

/** The whole program: one command line, and the end of the process with its exit code. */
export async function main(argv: string[]): Promise<void> {
  // A reader that has seen enough (`boocode output x | head`) ends us quietly.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  // Nobody reads what goes wrong: it goes on without.
  process.stderr.on('error', () => {});
  process.exitCode = await runCli(argv);
  // What a verb may have left open (a connection that was still being made when somebody left) keeps nobody waiting; what is said
  // arrives whole, since a pipe takes it only as fast as it is read.
  process.stdout.write('', () => process.stderr.write('', () => process.exit()));
}

/** Runs one command line (without `node` and the program) and gives its exit code. Never throws. */
export async function runCli(argv: string[], given: Partial<Io> = {}): Promise<number> {
  const { stdin, stdout, stderr, env } = process;
  const io: Io = { stdin, stdout, stderr, env, cwd: process.cwd(), ...given };
  catchSignals();
  try {
    const { name, args } = chooseVerb(argv, io.cwd);
    const verb = await verbs[name]();
    const parsed = parse(verb, args);
    if (parsed.values.help) {
      const { help } = await import('./verbs/help.ts');
      return (await help.run(createContext(help, { ...parsed, words: [name] }, io))) ?? 0;
    }
    const context = createContext(verb, parsed, io);
    try {
      return (await verb.run(context)) ?? 0;
    } finally {
      context.close();
    }
  } catch (error) {
    return reportError(error, io, wantsJson(argv));
  }
}

/** The verb that the words ask for: one of the table, `--version`, `--help`, or the cockpit for a folder or nothing. */
export function chooseVerb(argv: string[], cwd: string): { name: VerbName; args: string[] } {
  const { name, rest } = splitVerb(argv);
  if (name === undefined) {
    const versioned = rest.filter((word) => word !== '--version' && word !== '-V');
    if (versioned.length < rest.length) return { name: 'version', args: versioned };
    const helped = rest.filter((word) => word !== '--help' && word !== '-h');
    return helped.length < rest.length ? { name: 'help', args: helped } : { name: 'open', args: rest };
  }
  if (name !== 'open' && isVerb(name)) return { name, args: rest };
  const path = resolve(cwd, name);
  if (existsSync(path) && statSync(path).isDirectory()) return { name: 'open', args: [name, ...rest] };
  if (/[/\\]/.test(name)) throw new BooError('not_found', `there is no folder ${name}`, 'Give an existing folder.');
  const known = Object.keys(verbs).filter((verb) => verb !== 'open');
  const near = suggest(name, known);
  const hint = near ? `Did you mean boocode ${near}?` : 'boocode help lists the verbs.';
  throw new BooError('usage', `there is no verb ${JSON.stringify(name)}, and no folder of that name here`, hint);
}

/** Also when the words could not be parsed: what follows `--` is not ours. */
function wantsJson(argv: string[]): boolean {
  const end = argv.indexOf('--');
  return (end < 0 ? argv : argv.slice(0, end)).includes('--json');
}

/** One sentence on standard error, or the error as JSON there. Gives the exit code. */
function reportError(error: unknown, io: Io, json: boolean): number {
  const known = error instanceof BooError;
  const code = known ? error.code : 'failed';
  const message = known ? error.message : `something unexpected went wrong: ${messageOf(error)}`;
  const hint = known ? error.hint : 'Please report this; BOOCODE_DEBUG=1 shows where it happened.';
  if (json) {
    io.stderr.write(`${JSON.stringify({ error: { code, message, hint: hint ?? null } })}\n`);
  } else {
    const paint = painter(wantsColour(io.stderr.isTTY, io.env));
    const lines = [`${paint('red', 'boocode:')} ${message}`, ...(hint ? [`  ${paint('dim', capital(hint))}`] : [])];
    const text = `${lines.join('\n')}\n`;
    io.stderr.write(io.stderr.isTTY ? forTerminal(text) : text);
  }
  if (io.env.BOOCODE_DEBUG && error instanceof Error) io.stderr.write(`${error.stack}\n`);
  return EXIT_CODES[code];
}
