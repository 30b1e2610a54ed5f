type Env = Record<string, string | undefined>;

/** Variables that must not reach an agent, by why. Settings and keys of the user (CLAUDE_CONFIG_DIR, ANTHROPIC_API_KEY, …) are not among them. */
const DROPPED: { why: string; names: RegExp }[] = [
  {
    why: 'says that it runs inside another agent, which then refuses to start or behaves differently',
    names:
      /^(CLAUDECODE|CLAUDE_CODE_(ENTRYPOINT|SSE_PORT|SESSION_ID|SESSION_ACCESS_TOKEN|CHILD_SESSION|EXECPATH|REMOTE|REMOTE_SESSION_ID|AGENT_RULE_DISABLED|SESSION_KIND|PARENT_SESSION_ID)|CLAUDE_(PID|PROJECT_DIR|ENV_FILE|AGENT_SDK_VERSION|AGENT_SDK_CLIENT_APP|PLUGIN_ROOT|EFFORT)|CODEX_(SANDBOX\w*|THREAD\w*|SESSION\w*|CI|MANAGED_BY\w*|INTERNAL_ORIGINATOR_OVERRIDE|SHELL)|GEMINI_CLI|GEMINI_CLI_(NO_RELAUNCH|SESSION_ID|IDE_\w+)|QWEN_CODE|QWEN_CODE_(NO_RELAUNCH|IDE_\w+)|OPENCODE|OPENCODE_(PID|RUN_ID|PROCESS_ROLE|CLIENT|CALLER|SESSION_ID)|CURSOR_(AGENT|TRACE_ID)|AIDER_RUNNING|AGENT|AI_AGENT)$/,
  },
  {
    why: 'names the BooCode agent whose child we are, not the one to be started',
    names: /^BOOCODE_(?!TEST_)/,
  },
  {
    why: 'belongs to the multiplexer around us: a program in our terminal would talk to the wrong one',
    names: /^(TMUX\w*|STY|WINDOW|ZELLIJ\w*|BYOBU_\w+)$/,
  },
  {
    why: 'describes the outer terminal: our emulator is another one, with other abilities',
    names:
      /^(TERM_PROGRAM\w*|TERM_SESSION_ID|TERMINAL_EMULATOR|TERMCAP|TERMINFO|VTE_VERSION|COLORFGBG|COLORTERM|LC_TERMINAL\w*|KITTY_\w+|WEZTERM_\w+|ITERM_\w+|GHOSTTY_\w+|ALACRITTY_\w+|KONSOLE_\w+|GNOME_TERMINAL_\w+|XTERM_\w+|WT_SESSION|WT_PROFILE_ID|WINDOWID|VSCODE_(IPC_HOOK_CLI|GIT_\w+|INJECTION|STABLE|NONCE|SHELL_\w+)|CONEMU\w*)$/i,
  },
  { why: 'names the folder that the shell around us was in before', names: /^OLDPWD$/ },
  { why: 'fixes a size: the PTY has its own, which changes', names: /^(COLUMNS|LINES)$/ },
  {
    why: 'was set by the npm script or the Node program that started us, for itself',
    names:
      /^(npm_\w+|INIT_CWD|NODE_CHANNEL_FD|NODE_CHANNEL_SERIALIZATION_MODE|NODE_UNIQUE_ID|NODE_COMPILE_CACHE|PROJECT_CWD|BERRY_BIN_FOLDER|PNPM_SCRIPT_SRC_DIR)$/,
  },
  {
    why: 'points git at one repository, whatever folder it is called in',
    names: /^GIT_(DIR|WORK_TREE|INDEX_FILE|PREFIX|OBJECT_DIRECTORY|COMMON_DIR)$/,
  },
];

/** Why a variable is dropped from an agent's environment, or null when it stays. */
export const whyDropped = (name: string): string | null => DROPPED.find((one) => one.names.test(name))?.why ?? null;

/**
 * The environment of an agent: that of the command that started it, without what would mislead it, with what our terminal
 * is, and then `extra` (its profile's own, its name), which wins. Headless (no terminal): colours are off.
 */
export function scrubEnv(env: Env, extra: Env = {}, { headless = false } = {}): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && whyDropped(name) === null) out[name] = value;
  }
  const terminal: Env = headless ? { TERM: 'dumb', NO_COLOR: '1' } : { TERM: 'xterm-256color', COLORTERM: 'truecolor' };
  for (const [name, value] of Object.entries({ ...terminal, BOOCODE: '1', ...extra })) {
    if (value !== undefined) out[name] = value;
  }
  if (headless) delete out.FORCE_COLOR;
  return out;
}
