import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { quoted, standing } from '../../selectors/review/diff.ts';
import { shownFile } from '../../selectors/review/files.ts';
import { clean } from '../../views/span.ts';
import type { Bridge } from '../bridge.ts';

/** The words that open a file at a line in an editor. What is not known gets the file alone. */
export function editorCommand(editor: string, file: string, line: number): string[] {
  const words = editor.split(/\s+/).filter(Boolean);
  const name = basename(words[0] ?? '').replace(/\.exe$/, '');
  if (/^(n?vim?|view|nano|emacs|emacsclient|micro|joe|kak|mg|ne|pico|jed)$/.test(name))
    return [...words, `+${line}`, file];
  if (/^(code|codium|code-insiders|cursor|windsurf)$/.test(name))
    return [...words, '--wait', '--goto', `${file}:${line}`];
  if (/^(hx|helix|subl|zed)$/.test(name)) return [...words, `${file}:${line}`];
  return [...words, file];
}

/** Gives the terminal to the editor with the file as the agent has it, at the line one stands in; takes it back when that ends. */
export async function openInEditor(bridge: Bridge): Promise<void> {
  const { store, terminal, env } = bridge;
  const state = store.getState();
  const shown = shownFile(state);
  if (!shown) return;
  const { agent, change } = shown;
  // Such a name stands for bytes that no text has.
  const path = join(agent.worktree ?? bridge.root, change.file);
  if (change.file.startsWith('"') || !existsSync(path)) {
    return store.say(
      'warning',
      `${clean(change.file)} cannot be opened: ${change.file.startsWith('"') ? 'its name is no text' : 'it is not there'}.`,
    );
  }
  const here = standing(state);
  const line = (here && quoted(here)?.line) ?? change.hunks[0]?.pieces[0]?.newStart ?? 1;
  const command = editorCommand(env.VISUAL || env.EDITOR || 'vi', path, Math.max(1, line));
  const failure = await terminal.lend(command, agent.worktree ?? bridge.root);
  if (failure !== null)
    store.say('error', `${command[0]} did not run: ${failure}. VISUAL or EDITOR name another editor.`);
}
