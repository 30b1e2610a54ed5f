import type { LoadedConfig } from '../../storage/config.ts';
import { BooError } from '../../util/errors.ts';
import { projectPaths } from '../../util/paths.ts';

/**
 * Throws BooError where a profile is missing for a reason that lies in the config: it is not trusted, or a file of it is
 * broken and therefore not used. One that is simply not there is told by runtimes/choose.
 */
export function checkProfile(root: string, { config, problems, untrusted }: LoadedConfig, name: string): void {
  if (Object.hasOwn(config.profiles, name)) return;
  if (untrusted.includes(name)) {
    throw new BooError(
      'untrusted',
      `profile ${JSON.stringify(name)} runs a command, and ${projectPaths(root).config} is not trusted as it is now`,
      'Read it, then boocode config trust.',
    );
  }
  const [problem] = problems;
  if (!problem) return;
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== null).join(':');
  const known = Object.keys(config.profiles).join(', ') || 'none';
  throw new BooError(
    'usage',
    `there is no profile ${JSON.stringify(name)} (known: ${known}), because a config file is not used: ${place}: ${problem.path ? `${problem.path}: ` : ''}${problem.message}`,
    `${problem.hint} boocode config check says everything that is wrong.`,
  );
}
