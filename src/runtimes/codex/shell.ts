/** `/bin/bash -lc 'ls -l'`: how Codex says that it runs `ls -l`. */
const WRAPPED = /^(?:\S*\/)?(?:ba|z|da|k)?sh -l?c (.+)$/s;

/** The command itself, where all that stands around it is a shell; anything else as it is. */
export function unwrapShell(command: string): string {
  const word = WRAPPED.exec(command)?.[1];
  return (word !== undefined && oneWord(word)) || command;
}

/** What a text means to a shell if it is a single word; null: it is several, or one that a shell would change. */
function oneWord(text: string): string | null {
  let word = '';
  for (let at = 0; at < text.length; ) {
    const part = /^'([^']*)'|^"((?:[^"\\$`]|\\[\s\S])*)"|^\\([^\n])|^([^\s'"\\$`;&|<>(){}*?!#~]+)/.exec(text.slice(at));
    if (!part) return null;
    word += part[1] ?? part[2]?.replace(/\\([\\"$`])/g, '$1') ?? part[3] ?? part[4];
    at += part[0].length;
  }
  return word;
}
