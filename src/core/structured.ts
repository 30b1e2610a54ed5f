/**
 * Ids of runtimes that are driven over pipes and have a conversation instead of a screen. The runtimes themselves are another room, of
 * which a screen knows only this.
 */
export const STRUCTURED: ReadonlySet<string> = new Set(
  'claude-stream codex-app acp claude-acp codex-acp gemini-acp opencode-acp qwen-acp claude-exec codex-exec gemini-exec opencode-exec qwen-exec paseo demo-chat workflow command-exec'.split(
    ' ',
  ),
);

export const isStructured = ({ runtime }: { runtime: string }): boolean => STRUCTURED.has(runtime);
