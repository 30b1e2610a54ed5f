import { driveAcp } from './acp.ts';
import { cli } from './cli.ts';

driveAcp('codex-acp', {
  program: await cli('codex-acp'),
  words: ['--prefer', 'read-only', '--model', 'gpt-5.5[medium]'],
  env: (_models, home) => ({ CODEX_HOME: `${home}/.codex`, FAKE_KEY: 'key' }),
  files: ({ url }) => ({
    '.codex/config.toml': [
      'model = "gpt-5.5"',
      'model_provider = "fake"',
      '[model_providers.fake]',
      `name = "Fake"\nbase_url = "${url}/v1"\nenv_key = "FAKE_KEY"\nwire_api = "responses"`,
    ].join('\n'),
  }),
  runsUnasked: true,
  denialEnds: true,
  version: /^2\.\d+/,
});
