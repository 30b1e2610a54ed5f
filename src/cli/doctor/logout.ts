import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Check } from './check.ts';

/** systemd's folders of settings, the ones that come later win (man logind.conf, "Configuration directories and precedence"). */
const FOLDERS = ['/usr/lib/systemd', '/usr/local/lib/systemd', '/run/systemd', '/etc/systemd'];

/** What decides about a user's processes when the user logs out. */
export interface LogindSettings {
  killUserProcesses: boolean;
  killOnlyUsers: string[];
  killExcludeUsers: string[];
}

/** Reads `[Login]` settings from the texts of logind.conf and its drop-ins, in the order in which they count. */
export function readLogind(texts: string[]): LogindSettings {
  const settings: LogindSettings = { killUserProcesses: false, killOnlyUsers: [], killExcludeUsers: ['root'] };
  for (const line of texts.join('\n').split('\n')) {
    const [, key, value] = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (key === 'KillUserProcesses') settings.killUserProcesses = /^(1|y(es)?|t(rue)?|on)$/i.test(value!);
    if (key === 'KillOnlyUsers') settings.killOnlyUsers = value!.split(/\s+/).filter(Boolean);
    if (key === 'KillExcludeUsers') settings.killExcludeUsers = value!.split(/\s+/).filter(Boolean);
  }
  return settings;
}

/** Would a logout end what this user has started? */
export const endsAtLogout = (
  { killUserProcesses, killOnlyUsers, killExcludeUsers }: LogindSettings,
  user: string,
): boolean =>
  killUserProcesses && !killExcludeUsers.includes(user) && (killOnlyUsers.length === 0 || killOnlyUsers.includes(user));

/** The main file (the last one that is there), then the drop-ins by name; one of the same name in a later folder replaces it. */
function logindTexts(folders: string[]): string[] {
  const main = folders.map((folder) => join(folder, 'logind.conf')).findLast((path) => existsSync(path));
  const dropIns = new Map<string, string>();
  for (const folder of folders.map((one) => join(one, 'logind.conf.d')).filter((one) => existsSync(one))) {
    for (const name of readdirSync(folder)) if (name.endsWith('.conf')) dropIns.set(name, join(folder, name));
  }
  const sorted = [...dropIns].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
  return [...(main ? [main] : []), ...sorted].map((path) => readFileSync(path, 'utf8'));
}

/** Would a logout end everything? Agents are to go on when the terminal is closed, also over ssh. */
export const logout: Check = () => {
  if (process.platform !== 'linux' || !existsSync('/run/systemd/system')) return [];
  const base = { id: 'logout', title: 'logging out' };
  const user = userInfo().username;
  const settings = readLogind(logindTexts(FOLDERS));
  if (!endsAtLogout(settings, user)) return [{ ...base, level: 'ok', text: 'ends no agent' }];
  if (existsSync(`/var/lib/systemd/linger/${user}`)) {
    const text = 'KillUserProcesses=yes, and lingering is on: what runs outside the session survives';
    return [{ ...base, level: 'warning', text, hint: 'Start BooCode outside it: systemd-run --user --scope boocode' }];
  }
  return [
    {
      ...base,
      level: 'warning',
      text: 'ends every agent: systemd is set to KillUserProcesses=yes',
      hint: `Run loginctl enable-linger ${user}, and start BooCode with systemd-run --user --scope boocode.`,
    },
  ];
};
