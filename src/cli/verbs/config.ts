import { existsSync } from 'node:fs';
import { BooError } from '../../util/errors.ts';
import { projectPaths, userConfigPath } from '../../util/paths.ts';
import { forget } from '../config-rules.ts';
import { problemsOfSense } from '../config-sense.ts';
import { confirm } from '../confirm.ts';
import type { Context } from '../context.ts';
import { table } from '../print.ts';
import { problemLine } from '../problems.ts';
import type { Verb } from '../verb.ts';

const ACTIONS = ['path', 'check', 'show', 'trust', 'forget'] as const;

export const config: Verb = {
  name: 'config',
  usage: 'path | check | show | trust [--yes] | forget [NUMBER]',
  summary: 'find, check or print the configuration, trust that of this project, or take back what you allowed for good',
  details:
    "Parts of a project's config that run commands (setup commands, profiles) are left out until you have trusted exactly this content of it with boocode config trust. check gives exit code 1 when something is wrong, also a rule for approvals that can never match, keys that nobody can press or of no command, and a profile of a runtime there is none of. forget lists what you allowed for good in this project (approve --always), and takes one of it back.",
  options: { yes: { type: 'boolean', short: 'y', summary: 'with trust: do not ask' } },
  words: { min: 1, max: 2, completes: ACTIONS },
  examples: [
    { line: 'boocode config check', does: 'says what is wrong, with line and remedy' },
    { line: 'boocode config trust', does: "lets this project's config run its commands" },
  ],
  run(context) {
    const [action, ...rest] = context.words;
    if (rest.length > 0 && action !== 'forget') {
      throw new BooError(
        'usage',
        `boocode config ${action} takes nothing more`,
        `Usage: boocode config ${config.usage}`,
      );
    }
    if (action === 'forget') return forget(context, rest[0]);
    if (action === 'path') return paths(context);
    if (action === 'check') return check(context);
    if (action === 'show') return show(context);
    if (action === 'trust') return trust(context);
    throw new BooError(
      'usage',
      `boocode config cannot ${JSON.stringify(action)}`,
      `Usage: boocode config ${config.usage}`,
    );
  },
};

async function paths(context: Context): Promise<number> {
  const { root } = context.project();
  const { allowedFile } = await import('../../storage/allowed.ts');
  const allowed = allowedFile(root, context.env);
  const files = { project: projectPaths(root).config, user: userConfigPath(context.env), allowed };
  context.print(files, () =>
    table(
      Object.entries(files).map(([whose, path]) => [whose, path, existsSync(path) ? '' : '(not there)']),
      context.paint,
    ),
  );
  return 0;
}

async function load(context: Context) {
  const { loadConfig } = await import('../../storage/config.ts');
  return loadConfig({ root: context.project().root, env: context.env });
}

async function check(context: Context): Promise<number> {
  const { problems: found, trusted, files } = await load(context);
  const problems = [...found, ...(await problemsOfSense(context))];
  context.print({ ok: problems.length === 0, problems, trusted, files }, () => {
    if (problems.length > 0) return problems.map(problemLine).join('\n');
    const checked =
      files.length > 0 ? `${files.join(' and ')}: nothing is wrong.` : 'There is no config file; the defaults hold.';
    return trusted
      ? checked
      : `${checked}\nParts of the project's config that run commands are left out: boocode config trust.`;
  });
  return problems.length > 0 ? 1 : 0;
}

async function show(context: Context): Promise<number> {
  const { config: resolved, allowed } = await load(context);
  const value = { ...resolved, allowed };
  context.print(value, () => JSON.stringify(value, null, 2));
  return 0;
}

async function trust(context: Context): Promise<number> {
  const { root } = context.project();
  const storage = await import('../../storage/trust.ts');
  const { readConfigFile } = await import('../../storage/config-file.ts');
  const path = projectPaths(root).config;
  // Read once: what is trusted is what was there when the question was asked, whatever is written meanwhile.
  const { present, content, problems } = readConfigFile(path);
  if (!present) throw new BooError('not_found', `there is no ${path}`, 'There is nothing to trust.');
  if (problems.length > 0) {
    for (const problem of problems) context.note(problemLine(problem));
    const where = [path, problems[0]!.line].filter((part) => part !== null).join(':');
    throw new BooError(
      'failed',
      `nothing was trusted: ${where} is wrong, so nothing of this file is used (${problems[0]!.message})`,
      'Mend it, look with boocode config check, and trust it then.',
    );
  }
  if (!storage.isTrustedContent(root, content, context.env)) {
    await confirm(
      context,
      `${path} may then start programs and run setup commands as you, until its content changes. Read it first; boocode config trust again takes in a changed one.`,
    );
    storage.trust(root, content, context.env);
  }
  context.print({ trusted: true, config: path }, () => `${path} is trusted as it is now.`);
  return 0;
}
