import type { RuntimeInfo } from '../../schema/life.ts';

/**
 * The coding agent that carries out what a run leaves open, where nobody has said who: none where the config has profiles (its first is
 * taken), else the first one of this machine that can be driven without a screen. Null: none.
 */
export function firstDriver<Info extends Pick<RuntimeInfo, 'found' | 'path' | 'used'>>(
  runtimes: readonly Info[],
  profiles: Readonly<Record<string, unknown>> | undefined,
): Info | null {
  if (Object.keys(profiles ?? {}).length > 0) return null;
  return runtimes.find(({ found, path, used }) => found && path !== null && used?.headless != null) ?? null;
}
