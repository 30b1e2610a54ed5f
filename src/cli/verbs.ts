import type { Verb } from './verb.ts';

/** Every verb in the order help lists them. Loaded one at a time: `boocode ls` loads nothing that only others need. */
export const verbs = {
  open: async () => (await import('./verbs/open.ts')).open,
  new: async () => (await import('./verbs/new.ts')).newVerb,
  run: async () => (await import('./verbs/run.ts')).run,
  ls: async () => (await import('./verbs/ls.ts')).ls,
  show: async () => (await import('./verbs/show.ts')).show,
  explain: async () => (await import('./verbs/explain.ts')).explain,
  attach: async () => (await import('./verbs/attach.ts')).attach,
  send: async () => (await import('./verbs/send.ts')).send,
  keys: async () => (await import('./verbs/keys.ts')).keys,
  screen: async () => (await import('./verbs/screen.ts')).screen,
  output: async () => (await import('./verbs/output.ts')).output,
  inbox: async () => (await import('./verbs/inbox.ts')).inbox,
  approve: async () => (await import('./verbs/approve.ts')).approve,
  deny: async () => (await import('./verbs/deny.ts')).deny,
  search: async () => (await import('./verbs/search.ts')).search,
  traces: async () => (await import('./verbs/traces.ts')).traces,
  timeline: async () => (await import('./verbs/timeline.ts')).timeline,
  stats: async () => (await import('./verbs/stats.ts')).stats,
  changes: async () => (await import('./verbs/changes.ts')).changes,
  diff: async () => (await import('./verbs/diff.ts')).diff,
  apply: async () => (await import('./verbs/apply.ts')).apply,
  reject: async () => (await import('./verbs/reject.ts')).reject,
  undo: async () => (await import('./verbs/undo.ts')).undo,
  merge: async () => (await import('./verbs/merge.ts')).merge,
  collisions: async () => (await import('./verbs/collisions.ts')).collisions,
  forecast: async () => (await import('./verbs/forecast.ts')).forecast,
  replay: async () => (await import('./verbs/replay.ts')).replay,
  export: async () => (await import('./verbs/export.ts')).exportVerb,
  wait: async () => (await import('./verbs/wait.ts')).wait,
  stop: async () => (await import('./verbs/stop.ts')).stop,
  interrupt: async () => (await import('./verbs/interrupt.ts')).interrupt,
  resume: async () => (await import('./verbs/resume.ts')).resume,
  restart: async () => (await import('./verbs/restart.ts')).restart,
  archive: async () => (await import('./verbs/archive.ts')).archive,
  rm: async () => (await import('./verbs/rm.ts')).rm,
  restore: async () => (await import('./verbs/restore.ts')).restore,
  workflow: async () => (await import('./verbs/workflow.ts')).workflow,
  pane: async () => (await import('./verbs/pane.ts')).pane,
  tmux: async () => (await import('./verbs/tmux.ts')).tmux,
  demo: async () => (await import('./verbs/demo.ts')).demo,
  daemon: async () => (await import('./verbs/daemon.ts')).daemon,
  doctor: async () => (await import('./verbs/doctor.ts')).doctor,
  config: async () => (await import('./verbs/config.ts')).config,
  mcp: async () => (await import('./verbs/mcp.ts')).mcp,
  completion: async () => (await import('./verbs/completion.ts')).completion,
  help: async () => (await import('./verbs/help.ts')).help,
  version: async () => (await import('./verbs/version.ts')).version,
} satisfies Record<string, () => Promise<Verb>>;

export type VerbName = keyof typeof verbs;

export const isVerb = (name: string): name is VerbName => Object.hasOwn(verbs, name);

export const allVerbs = (): Promise<Verb[]> => Promise.all(Object.values(verbs).map((load) => load()));
