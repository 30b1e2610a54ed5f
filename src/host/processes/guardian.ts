import { spawn } from 'node:child_process';
import { HOST_VARIABLE } from '../../util/marks.ts';

/**
 * Reads `+ PID` and `- PID` (leaders of process groups that live and that ended) until the pipe closes, which the
 * host's death does in every case, SIGKILL included. Then it ends those groups and whatever carries the host's mark.
 * `q` is the host's own leave: nothing is left then.
 */
const SCRIPT = `
trap '' HUP INT TERM PIPE
groups=' '
while read -r op pid; do
  case $op in
    +) groups="$groups$pid " ;;
    -) case $groups in *" $pid "*) groups="\${groups%% $pid *} \${groups#* $pid }" ;; esac ;;
    q) exit 0 ;;
  esac
done
marked() {
  if [ -d /proc/self ]; then
    grep -lsaF "$1" /proc/[0-9]*/environ | while IFS=/ read -r _ _ pid _; do echo "$pid"; done
  else
    ps -AEww -o pid=,command= | grep -F "$1" | grep -v grep | while read -r pid _; do echo "$pid"; done
  fi
}
sweep() {
  for group in $groups; do kill -"$1" -- "-$group" 2>/dev/null; done
  for pid in $(marked "$mark"); do kill -"$1" "$pid" 2>/dev/null; done
}
left() {
  for group in $groups; do kill -0 -- "-$group" 2>/dev/null && return 0; done
  [ -n "$(marked "$mark")" ]
}
mark=$1
sweep HUP; sweep TERM; sweep CONT
for _ in 1 2 3 4 5 6 7 8 9 10; do
  left || exit 0
  sleep 0.2 2>/dev/null || sleep 1
done
sweep KILL
sleep 0.2 2>/dev/null || sleep 1
sweep KILL
`;

export interface Guardian {
  readonly pid: number | undefined;
  /** A group that lives now. */
  add(pid: number): void;
  remove(pid: number): void;
  /** The host leaves and nothing of it is left. */
  close(): void;
}

/** Starts the small process that outlives a host which was killed. `token` is the value of the host's mark. */
export function startGuardian(token: string): Guardian {
  if (process.platform === 'win32') return { pid: undefined, add() {}, remove() {}, close() {} };
  const guardian = spawn('/bin/sh', ['-c', SCRIPT, 'boocode-guardian', `${HOST_VARIABLE}=${token}`], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin' },
  });
  guardian.on('error', () => {});
  guardian.stdin.on('error', () => {});
  guardian.unref();
  (guardian.stdin as unknown as { unref?(): void }).unref?.();
  return {
    pid: guardian.pid,
    add: (pid) => guardian.stdin.write(`+ ${pid}\n`),
    remove: (pid) => guardian.stdin.write(`- ${pid}\n`),
    close: () => guardian.stdin.end('q\n'),
  };
}
