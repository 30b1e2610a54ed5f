import { driveAcp } from './acp.ts';
import { cli } from './cli.ts';

driveAcp('opencode', {
  program: await cli('opencode'),
  args: ['acp'],
  env: (_models, home) => ({
    OPENCODE_CONFIG: `${home}/opencode.json`,
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_DISABLE_MODELS_FETCH: '1',
  }),
  files: ({ url }) => ({
    'opencode.json': {
      autoupdate: false,
      share: 'disabled',
      model: 'fake/fake-model',
      small_model: 'fake/fake-model',
      enabled_providers: ['fake'],
      provider: {
        fake: {
          npm: '@ai-sdk/openai-compatible',
          options: { baseURL: `${url}/v1`, apiKey: 'key' },
          models: {
            'fake-model': {
              limit: { context: 200_000, output: 8000 },
              cost: { input: 3, output: 15, cache_read: 0.3 },
            },
          },
        },
      },
      permission: { edit: 'ask', bash: 'ask' },
    },
  }),
  // Of a turn with several steps it tells what the last one used.
  tells: { tokens: 'last', usd: true },
  denialEnds: true,
  version: /^1\.\d+/,
});
