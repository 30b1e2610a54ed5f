import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { answerFor, schemaIn } from '../../src/demo/chat/answer.ts';
import type { Ask, Reply } from '../support/models/script.ts';
import { cli } from './cli.ts';
import type { RealCli } from './project.ts';

export const programs = { claude: await cli('claude'), codex: await cli('codex') };

export const claude: RealCli = {
  program: programs.claude ?? '',
  runtime: 'claude-stream',
  env: ({ url }) => ({
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: 'not-a-key',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    CLAUDE_CODE_MAX_RETRIES: '1',
    DISABLE_AUTOUPDATER: '1',
  }),
};

/** Claude and Codex, both asking the same models. */
export const both: RealCli = {
  ...claude,
  env(models) {
    const folder = join(process.env.HOME!, '.codex');
    mkdirSync(folder, { recursive: true });
    const provider = `name="Scripted"\nbase_url="${models.url}/v1"\nenv_key="SCRIPTED_KEY"\nwire_api="responses"\n`;
    const config = `model="gpt-5.5"\nmodel_provider="scripted"\n[model_providers.scripted]\n${provider}`;
    writeFileSync(join(folder, 'config.toml'), config);
    const PATH = [programs.claude, programs.codex].map((one) => dirname(one ?? '')).join(':');
    return { ...claude.env(models), SCRIPTED_KEY: 'not-a-key', PATH: `${PATH}:${process.env.PATH}` };
  },
};

/** A model that reads a file, and then gives JSON of the shape that it is asked for. */
export function byShape(ask: Ask): Reply {
  const schema = schemaIn(ask.prompt);
  if (!schema) return { text: 'I was asked for no shape.' };
  if (ask.answered === 0) return { text: 'I look.', tools: [{ tool: 'read', path: 'file.txt' }] };
  return { text: JSON.stringify(answerFor(schema, import.meta.dirname)) };
}
