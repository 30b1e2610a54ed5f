import type { RuntimeInfo } from '../../schema/daemon.ts';
import type { Check } from './check.ts';

/** What can be started here, how it is driven and why, and how to get what cannot. Nothing of it is needed: the shell is always there. */
export const runtimes: Check = async ({ env }) => {
  const { probeRuntimes } = await import('../../runtimes/probe.ts');
  return (await probeRuntimes(env)).map((runtime) => {
    const { id, title, found, install, lacks = [] } = runtime;
    const hint = hintOf(runtime);
    return {
      id: `runtime:${id}`,
      title: `${title} (${id})`,
      level: !found ? ('absent' as const) : lacks.length > 0 ? ('warning' as const) : ('ok' as const),
      text: found ? textOf(runtime) : 'not found',
      ...(found || !install ? hint && { hint } : { hint: `To install it: ${install}` }),
    };
  });
};

function textOf({ path, version, used, lacks = [] }: RuntimeInfo): string {
  const place = [version, path].filter(Boolean).join('  ') || 'always there';
  const driven =
    used && (used.headless ? `without a screen by ${used.headless}: ${used.why}` : `in its screen alone: ${used.why}`);
  return [place, driven, ...lacks.filter((one) => one !== used?.why)].filter(Boolean).join('; ');
}

function hintOf({ found, lacks = [], title, install }: RuntimeInfo): string | null {
  if (!found || lacks.length === 0) return null;
  if (lacks.some((one) => one.startsWith('it needs Node'))) return 'Put a newer Node first on the PATH.';
  if (lacks.some((one) => one.startsWith('its version'))) return install ? `To update it: ${install}@latest` : null;
  return `Start ${title} once by itself, and log in.`;
}
