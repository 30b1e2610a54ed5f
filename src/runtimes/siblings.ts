/** What a runtime calls models and modes of its program, where that differs from what its siblings do. Missing: nothing is known against a name. */
interface Names {
  model?(id: string): boolean;
  modes?: readonly string[];
}

/** `--permission-mode` of 2.1.329; `default` is another name of `manual`. A model called default is known over ACP alone. */
const claude: Names = {
  model: (id) => id !== 'default',
  modes: ['acceptEdits', 'auto', 'bypassPermissions', 'default', 'dontAsk', 'manual', 'plan'],
};
/** 0.169.0: over ACP `gpt-6.1-sol[low]` stands for a model and its effort. */
const codexModel = (id: string) => !id.includes('[');
const gemini: Names = { modes: ['default', 'auto_edit', 'yolo', 'plan'] };
/** 0.24.4: over ACP `qwen3-coder(openai)` stands for a model and how it is reached. */
const qwen: Names = { model: (id) => !id.endsWith(')') };

/** As seen in what the programs say of themselves; by runtime. */
const NAMES: Readonly<Record<string, Names>> = {
  ...{ claude, 'claude-stream': claude, 'claude-exec': claude },
  'claude-acp': {
    model: (id) => !id.startsWith('claude-'),
    modes: ['default', 'acceptEdits', 'plan', 'auto', 'dontAsk', 'bypassPermissions'],
  },
  codex: { model: codexModel, modes: [] },
  'codex-app': { model: codexModel, modes: ['read-only', 'untrusted', 'auto', 'full-access'] },
  'codex-exec': { model: codexModel, modes: ['read-only', 'auto', 'full-access'] },
  'codex-acp': { modes: ['read-only', 'workspace-write', 'agent', 'agent-full-access'] },
  ...{ gemini, 'gemini-exec': gemini },
  'gemini-acp': { modes: ['default', 'autoEdit', 'yolo', 'plan'] },
  ...{ opencode: { modes: [] }, 'opencode-exec': { modes: [] } },
  ...{ qwen, 'qwen-exec': qwen },
  'qwen-acp': { model: (id) => id.endsWith(')') },
};

/** What of an agent's model and mode its sibling knows by the same names; null: what it does not, then its own default or the profile's is taken. */
export function carried(
  { model = null, mode = null }: { model?: string | null | undefined; mode?: string | null | undefined },
  runtime: string,
): { model: string | null; mode: string | null } {
  const names = Object.hasOwn(NAMES, runtime) ? NAMES[runtime]! : {};
  return {
    model: model !== null && (names.model?.(model) ?? true) ? model : null,
    mode: mode !== null && (names.modes?.includes(mode) ?? true) ? mode : null,
  };
}
