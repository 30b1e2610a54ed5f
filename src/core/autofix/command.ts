/** What a folder between an agent's and the top of its checkout holds. */
export interface Folder {
  /** Absolute. */
  path: string;
  /** Its package.json, whatever is in it; null: none. */
  manifest: string | null;
  /** Names of what lies in it. */
  names: readonly string[];
}

export interface Chosen {
  command: string;
  folder: string;
  /** What it depends on is not installed, as far as can be seen: a failure may say nothing of the edits. */
  bare: boolean;
}

/** What says whether the project still holds together, the one that says most first. */
const SCRIPTS = ['build', 'compile', 'typecheck', 'type-check', 'check-types', 'tsc'];
const LOCKS: readonly (readonly [string, string])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
];
const MANAGERS = ['pnpm', 'yarn', 'npm'];

interface Manifest {
  scripts: Record<string, unknown>;
  manager: string | null;
  depends: boolean;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Null: it is no JSON object. */
function readManifest(text: string): Manifest | null {
  try {
    const parsed: unknown = JSON.parse(text.replace(/^\ufeff/, ''));
    if (!isRecord(parsed) || Array.isArray(parsed)) return null;
    const { scripts, packageManager, dependencies, devDependencies } = parsed;
    const named = typeof packageManager === 'string' ? packageManager.split('@')[0]! : null;
    return {
      scripts: isRecord(scripts) ? scripts : {},
      manager: MANAGERS.includes(named ?? '') ? named : null,
      depends: [dependencies, devDependencies].some((one) => isRecord(one) && Object.keys(one).length > 0),
    };
  } catch {
    return null;
  }
}

/** By the nearest lock file; where several lie together, or none does, package.json's `packageManager` decides. */
function managerOf(folders: readonly Folder[]): string {
  const said = folders.flatMap(({ manifest }) => (manifest && readManifest(manifest)?.manager) || [])[0];
  for (const { names } of folders) {
    const found = [...new Set(LOCKS.filter(([lock]) => names.includes(lock)).map(([, manager]) => manager))];
    if (found.length > 0) return said && found.includes(said) ? said : found[0]!;
  }
  return said ?? 'npm';
}

/**
 * What is run after an agent's edits, and where: the configured command at the top of its checkout, else a script of the nearest
 * package.json that has one. `folders`: from the agent's own up to the top. `why`: a clause, when there is nothing to be run.
 */
export function chooseCommand({
  configured,
  folders,
}: {
  configured: string | undefined;
  folders: readonly Folder[];
}): Chosen | { why: string } {
  if (configured !== undefined) return { command: configured, folder: folders.at(-1)!.path, bare: false };
  let why = 'there is no package.json, and no command is configured';
  for (const [at, { path, manifest }] of folders.entries()) {
    if (manifest === null) continue;
    const read = readManifest(manifest);
    if (!read) return { why: `${path}/package.json is no JSON object` };
    const script = SCRIPTS.find((name) => typeof read.scripts[name] === 'string' && read.scripts[name] !== '');
    if (!script) {
      why = `package.json has no script ${SCRIPTS.slice(0, 3).join(', ')}, and no command is configured`;
      continue;
    }
    const above = folders.slice(at);
    const isInstalled = above.some(({ names }) => names.includes('node_modules') || names.includes('.pnp.cjs'));
    return { command: `${managerOf(above)} run ${script}`, folder: path, bare: read.depends && !isInstalled };
  }
  return { why };
}
