const SHELLS = new Set(
  'sh bash zsh fish dash ash ksh mksh yash csh tcsh nu pwsh powershell cmd elvish xonsh osh'.split(' '),
);

/** `/usr/bin/bash` and a login shell's `-bash` are `bash`. */
export const programName = (path: string): string =>
  path
    .replace(/^.*[\\/]/, '')
    .replace(/^-/, '')
    .replace(/\.exe$/i, '');

/**
 * The name of the shell that a command line starts for a person to type to, else null. A shell that runs a script or a
 * `-c` command is busy while it is in the foreground itself.
 */
export function interactiveShell(argv: readonly string[]): string | null {
  const name = programName(argv[0] ?? '');
  const onlyOptions = argv.slice(1).every((arg) => /^-/.test(arg) && !/^-[a-z]*c/i.test(arg));
  return SHELLS.has(name) && onlyOptions ? name : null;
}
