import type { Cockpit } from '../store/model.ts';

/** One way of starting an agent. */
export interface Choice {
  /** `profile:NAME` or `runtime:ID`. */
  id: string;
  label: string;
  /** Version, or how to get it when it is missing. */
  detail: string;
  found: boolean;
  profile: string | null;
  runtime: string;
}

/** The configured profiles, then the runtimes found on this machine, then those that are not. */
export function choicesOf({ data }: Cockpit): Choice[] {
  const runtimes = data.runtimes ?? [];
  const profiles = Object.entries(data.config?.profiles ?? {}).map(([name, profile]): Choice => {
    const info = runtimes.find((one) => one.id === profile.runtime);
    const found = Boolean(profile.command) || (info?.found ?? true);
    const detail = found ? `profile · ${profile.command ?? profile.runtime}` : (info?.install ?? 'not found');
    return { id: `profile:${name}`, label: name, detail, found, profile: name, runtime: profile.runtime };
  });
  const plain = runtimes.map(
    (info): Choice => ({
      id: `runtime:${info.id}`,
      label: info.id,
      detail: info.found
        ? [info.title, info.version].filter(Boolean).join(' ')
        : (info.install ?? 'not found on the PATH'),
      found: info.found,
      profile: null,
      runtime: info.id,
    }),
  );
  return [...profiles, ...plain.filter((one) => one.found), ...plain.filter((one) => !one.found)];
}

/** What it runs is said by a command line of its own. */
export const needsCommand = ({ runtime, profile }: Choice): boolean =>
  profile === null && (runtime === 'command' || runtime === 'acp');

/** The chosen one, or the first that is there. */
export function choiceOf(state: Cockpit, id: string | null): Choice | null {
  const choices = choicesOf(state);
  return choices.find((one) => one.id === id) ?? choices.find((one) => one.found) ?? null;
}
