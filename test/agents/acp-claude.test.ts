import { expect, test } from 'vitest';
import { untilAgent, untilTurn } from '../daemon/chat.ts';
import { driveAcp } from './acp.ts';
import { ACP } from './acp-agents.ts';
import { cli } from './cli.ts';
import { type RealCli, startProject } from './project.ts';
import { realCli } from './settings.ts';

await driveAcp('claude-agent-acp', ACP['claude-acp']);

const program = await cli('claude-acp');
const claude = realCli('claude-acp', program, 'claude-acp');
/** With a subscription, whose limits it tells. */
const subscribed: RealCli = {
  ...claude,
  env: (models) => ({ ...claude.env(models), ANTHROPIC_API_KEY: '', CLAUDE_CODE_OAUTH_TOKEN: 'not-a-token' }),
};

test.skipIf(program === null)(
  'a limit that is reached is known with the time of its reset, and waited for',
  async () => {
    const resetsAt = Math.ceil(Date.now() / 1000 + 3600) * 1000;
    const limited = { status: 429, error: 'limit reached', limits: [{ usedPercent: 100, resetsAt }] };
    const limits = [{ usedPercent: 50, resetsAt }];
    const fine = { when: 'FINE', replies: [{ text: 'Fine.', limits }] };
    await using project = await startProject(subscribed, { flows: [fine], after: limited });
    await project.start('c', 'FINE');
    const before = await untilTurn(project.client, 'c', 1);
    expect(before.rateLimits).toMatchObject([{ scope: 'five_hour', status: 'ok', usedPercent: 50, resetsAt }]);
    await project.client.call('agent.prompt', { agent: 'c', text: 'hello', images: [] });
    const held = await untilAgent(project.client, 'c', 'is held', ({ status }) => status.state === 'paused');
    expect(held.trouble).toMatchObject({ kind: 'rateLimit', until: resetsAt });
    expect(held.rateLimits).toMatchObject([{ scope: 'five_hour', status: 'exceeded', usedPercent: 100, resetsAt }]);
    expect(held.retries).toMatchObject({ limits: 1, nextAt: resetsAt + 1000 });
    // In its first turn it tells of its limits by its sentence alone.
    await project.start('d', 'hello');
    const other = await untilAgent(project.client, 'd', 'is held', ({ status }) => status.state === 'paused');
    const until = other.trouble!.until!;
    expect(until - resetsAt).toBeGreaterThan(0);
    expect(until - resetsAt).toBeLessThanOrEqual(60_000);
  },
);
