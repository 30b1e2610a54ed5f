import type { Check } from './check.ts';

/** What can be started here, and how to get what cannot. Nothing of it is needed: the shell is always there. */
export const runtimes: Check = async ({ env }) => {
  const { probeRuntimes } = await import('../../runtimes/probe.ts');
  return (await probeRuntimes(env)).map(({ id, title, found, path, version, install }) => ({
    id: `runtime:${id}`,
    title: `${title} (${id})`,
    level: found ? ('ok' as const) : ('absent' as const),
    text: found ? [version, path].filter(Boolean).join('  ') || 'always there' : 'not found',
    ...(found || !install ? {} : { hint: `To install it: ${install}` }),
  }));
};
