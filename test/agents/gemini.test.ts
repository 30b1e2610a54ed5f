import { globSync, renameSync } from 'node:fs';
import { driveAcp } from './acp.ts';
import { cli } from './cli.ts';

driveAcp('gemini', {
  program: await cli('gemini'),
  args: ['--acp', '-m', 'gemini-2.5-pro'],
  words: ['--prefer', 'default'],
  env: ({ url }) => ({ GEMINI_API_KEY: 'key', GOOGLE_GEMINI_BASE_URL: url }),
  files: () => ({
    '.gemini/settings.json': {
      security: { auth: { selectedType: 'gemini-api-key' }, folderTrust: { enabled: false } },
      general: { disableAutoUpdate: true },
      privacy: { usageStatisticsEnabled: false },
    },
  }),
  // It counts what the cache gave as input.
  tells: { cache: false },
  // Nobody waits here until the minute of the session is over (src/bridge/acp/gemini.ts).
  beforeResume(home) {
    const files = globSync(`${home}/.gemini/tmp/*/chats/session-*.jsonl`);
    for (const file of files) renameSync(file, file.replace(/session-.*T\d+-\d+-/, 'session-2020-01-01T00-00-'));
  },
  version: /^0\.\d+/,
});
