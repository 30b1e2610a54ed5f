import type { Check, Finding } from './check.ts';

/** Profiles whose agents' edits are checked, and those of them that cannot be while they are driven in their own screen. */
export const autofix: Check = async (context) => {
  const { loadConfig } = await import('../../storage/config.ts');
  const { chooseRuntime } = await import('../../runtimes/choose.ts');
  const { beforePlan, tellsTurns } = await import('../../runtimes/index.ts');
  const { root } = context.project();
  const { config } = loadConfig({ root, env: context.env });
  const findings = Object.entries(config.profiles).map(async ([profile, settings]): Promise<Finding[]> => {
    if (!settings.autofix) return [];
    const base = { id: `autofix:${profile}`, title: `auto-fix of ${profile}` };
    try {
      const { runtime } = chooseRuntime({ profile, config });
      const text = settings.autofix.command ?? 'build, compile or typecheck of package.json';
      const version = await beforePlan({ profile, config, env: context.env, cwd: root });
      if (tellsTurns(runtime, settings, version)) return [{ ...base, level: 'ok', text }];
      const hint = `Give the profile "headless": true, or start it with --headless or boocode run.`;
      return [
        {
          ...base,
          level: 'warning',
          text: `not in the screen of ${[runtime.id, version].filter(Boolean).join(' ')}, which does not tell when its turns end`,
          hint,
        },
      ];
    } catch {
      // What is wrong with a profile is said where it is used.
      return [];
    }
  });
  return (await Promise.all(findings)).flat();
};
