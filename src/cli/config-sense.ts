import { createKeymap } from '../core/commands/keymap.ts';
import { commands } from '../core/commands/table.ts';
import type { ConfigProblem } from '../schema/config.ts';
import { projectPaths, userConfigPath } from '../util/paths.ts';
import { ruleProblems } from './config-rules.ts';
import type { Context } from './context.ts';

/** What has the right form in both config files and yet no sense: rules, keys, and profiles of runtimes there are none of. */
export async function problemsOfSense(context: Context): Promise<ConfigProblem[]> {
  const { readConfigFile, placeIn } = await import('../storage/config-file.ts');
  const { loadConfig } = await import('../storage/config.ts');
  const { runtimes } = await import('../runtimes/index.ts');
  const { root } = context.project();
  // The project's first: what both say counts as it says.
  const files = [projectPaths(root).config, userConfigPath(context.env)].map((file) => ({
    file,
    ...readConfigFile(file),
  }));
  const keys = createKeymap(commands, loadConfig({ root, env: context.env }).config.keys).problems.flatMap(
    ({ id, message, hint }): ConfigProblem[] => {
      const source = files.find(({ config }) => Object.hasOwn(config.keys ?? {}, id));
      if (!source) return [];
      return [{ file: source.file, ...placeIn(source.content, ['keys', id]), path: `keys.${id}`, message, hint }];
    },
  );
  const profiles = files.flatMap(({ file, content, config }) =>
    Object.entries(config.profiles ?? {})
      .filter(([, { runtime }]) => !runtimes.some(({ id }) => id === runtime))
      .map(([name, { runtime }]): ConfigProblem => {
        const path = ['profiles', name, 'runtime'];
        const message = `there is no runtime ${JSON.stringify(runtime)}`;
        return { file, ...placeIn(content, path), path: path.join('.'), message, hint: 'boocode doctor lists them.' };
      }),
  );
  return [...(await ruleProblems(context)), ...keys, ...profiles];
}
