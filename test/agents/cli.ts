import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The CLIs that adapters are judged by: their packages, pinned to the versions that were measured, and their programs. */
const CLIS = {
  claude: { package: '@anthropic-ai/claude-code', version: '2.1.329', program: 'claude' },
  codex: { package: '@openai/codex', version: '0.169.0', program: 'codex' },
  /** The oldest that is given hooks. */
  'codex-old': { package: '@openai/codex', version: '0.133.0', program: 'codex' },
  /** Its hooks cannot be used: it has a notify program. */
  'codex-notify': { package: '@openai/codex', version: '0.120.0', program: 'codex' },
  gemini: { package: '@google/gemini-cli', version: '0.61.0', program: 'gemini' },
  opencode: { package: 'opencode-ai', version: '1.18.33', program: 'opencode' },
  qwen: { package: '@qwen-code/qwen-code', version: '0.24.4', program: 'qwen' },
  'claude-acp': { package: '@agentclientprotocol/claude-agent-acp', version: '0.100.0', program: 'claude-agent-acp' },
  'codex-acp': { package: '@agentclientprotocol/codex-acp', version: '2.6.0', program: 'codex-acp' },
} as const;
export type Cli = keyof typeof CLIS;

/** An install of 400 MB takes so long over a slow line, in milliseconds. */
const INSTALL_MS = 300_000;

/** What npm says where no registry answers, or it does not give the package: anything else that goes wrong is a failure. */
const UNREACHABLE =
  /\b(ENOTFOUND|EAI_AGAIN|ECONN\w+|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET\w*|E40[1347]|E50\d)\b/;

/** The person's own cache: the tests' HOME is another one. `AGENT_CLIS` names another folder. */
const home = userInfo().homedir;
const cache = process.env.AGENT_CLIS ?? join(home, '.cache', 'boocode-agent-clis');

/** Absolute program of a CLI, installed into the cache where it is not there yet; null where the registry cannot be reached, which is said. */
export async function cli(name: Cli): Promise<string | null> {
  const { package: from, version, program } = CLIS[name];
  const folder = join(cache, `${name}-${version}`);
  const path = join(folder, 'node_modules', '.bin', program);
  if (existsSync(path)) return path;
  mkdirSync(cache, { recursive: true });
  const fresh = mkdtempSync(join(cache, `${name}-new-`));
  try {
    const words = [
      'install',
      '--prefix',
      fresh,
      '--no-audit',
      '--no-fund',
      '--fetch-retries=1',
      '--loglevel=error',
      `${from}@${version}`,
    ];
    await promisify(execFile)('npm', words, { env: { ...process.env, HOME: home }, timeout: INSTALL_MS });
    // Whole or not at all; another file's test may have been quicker.
    if (!existsSync(folder)) renameSync(fresh, folder);
    return path;
  } catch (error) {
    const said = String((error as { stderr?: string }).stderr || error);
    if (!(error as { killed?: boolean }).killed && !UNREACHABLE.test(said)) throw error;
    const why = said.split('\n')[0];
    process.stderr.write(`SKIPPED: ${from}@${version} cannot be installed from the registry: ${why}\n`);
    return null;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}
