import { driveAcp } from './acp.ts';
import { cli } from './cli.ts';

driveAcp('claude-agent-acp', {
  program: await cli('claude-acp'),
  words: ['--prefer', 'default'],
  env: ({ url }) => ({
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: 'key',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
    CLAUDE_CODE_MAX_RETRIES: '1',
  }),
  tells: { usd: true },
  version: /^0\.\d+/,
});
