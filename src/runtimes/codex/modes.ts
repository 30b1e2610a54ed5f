import type { Json } from '../json.ts';
import { objectOf, textOf } from '../json.ts';

/** What Codex may do by itself: its presets, and the one that asks most. */
const MODES = {
  'read-only': { name: 'Read only', policy: 'on-request', sandbox: 'read-only' },
  untrusted: { name: 'Ask for all but safe commands', policy: 'untrusted', sandbox: 'workspace-write' },
  auto: { name: 'Write in its folder', policy: 'on-request', sandbox: 'workspace-write' },
  'full-access': { name: 'Everything unasked', policy: 'never', sandbox: 'danger-full-access' },
} as const;

/** The sandbox of a thread that runs, by the name it has at its start. */
const SANDBOXES: Record<string, object> = {
  'read-only': { type: 'readOnly', networkAccess: false },
  'workspace-write': {
    type: 'workspaceWrite',
    ...{ writableRoots: [], networkAccess: false, excludeTmpdirEnvVar: false, excludeSlashTmp: false },
  },
  'danger-full-access': { type: 'dangerFullAccess' },
};

export const modes = Object.entries(MODES).map(([id, { name }]) => ({ id, name }));

const modeNamed = (id: string | null | undefined) =>
  id && Object.hasOwn(MODES, id) ? MODES[id as keyof typeof MODES] : null;

/** As thread/start and thread/resume want it; nothing for a mode that is not ours: then the user's own config decides. */
export function modeAtStart(id: string | null | undefined): Json {
  const mode = modeNamed(id);
  return mode ? { approvalPolicy: mode.policy, sandbox: mode.sandbox } : {};
}

/** As thread/settings/update wants it. */
export function modeLater(id: string | undefined): Json {
  const mode = modeNamed(id);
  return mode ? { approvalPolicy: mode.policy, sandboxPolicy: SANDBOXES[mode.sandbox] } : {};
}

/** The mode that a policy and a sandbox make up; two words for what is none of ours. */
export function modeOf(policy: unknown, sandbox: unknown): string | null {
  const type = textOf(objectOf(sandbox).type);
  const asked = typeof policy === 'string' ? policy : 'granular';
  if (type === '') return null;
  const found = Object.entries(MODES).find(
    ([, mode]) => mode.policy === asked && (SANDBOXES[mode.sandbox] as { type: string }).type === type,
  );
  return found?.[0] ?? `${asked} ${type}`;
}
