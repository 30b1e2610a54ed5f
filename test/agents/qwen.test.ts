import { driveAcp } from './acp.ts';
import { cli } from './cli.ts';

driveAcp('qwen', {
  program: await cli('qwen'),
  args: ['--acp', '--auth-type', 'openai'],
  words: ['--prefer', 'default'],
  env: ({ url }) => ({ OPENAI_API_KEY: 'key', OPENAI_BASE_URL: `${url}/v1`, OPENAI_MODEL: 'fake-model' }),
  tells: { tokens: 'no' },
  denialEnds: true,
  version: /^0\.\d+/,
});
