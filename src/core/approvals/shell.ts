import { JOINERS, UNSEEN } from '../../util/signs.ts';

/** Characters of a command line that is looked into; a longer one is nothing that a person has read either. */
const MAX_CHARS = 65_536;
/** Substitutions within substitutions. */
const MAX_DEPTH = 8;

/** One simple command of a command line. */
export interface Part {
  /** As written, without what stands around it; single spaces between its words. */
  text: string;
  /** Its words as the program gets them, as far as that is known without running anything. */
  plain: string;
}

/** What cannot be understood: nothing may be concluded from the rest of the line either. */
class Unclear extends Error {}

const unclear = (): never => {
  throw new Unclear();
};

/** Words that begin something else than a simple command where a command may stand. */
const KEYWORDS = new Set(
  'if then elif else fi for while until do done case esac select in function time coproc [[ ]] { } !'.split(' '),
);
/** Separators of commands, the longest first. */
const SEPARATOR = /^(?:&&|\|\||\|&|;|\||&|\n)/;
/** Redirections that touch no file: between the streams that are there, and to or from nothing. */
const HARMLESS = /^(?:[12]?>&[12]|&>{1,2} ?\/dev\/null|[12]?>{1,2} ?\/dev\/null|<\s?\/dev\/null)(?=[\s;&|)]|$)/;
const VARIABLE = /^\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*\}|[0-9?$!#@*_-])/;
/** Anything but characters that are seen, space, tab and line feed: shells differ in what they make of it. */
const STRANGE = new RegExp(`[^\\n\\t\\x20-\\x7e\\u00a0-\\u{10ffff}]|[${UNSEEN}${JOINERS}]`, 'u');

/** Reads a command line from left to right, as sh, bash and zsh all do it, and gives up where they may differ. */
class Lexer {
  readonly parts: Part[] = [];
  readonly #source: string;
  #at = 0;
  #text = '';
  #plain = '';
  #word: string | null = null;
  #words = 0;
  #redirected = false;

  constructor(source: string) {
    this.#source = source;
  }

  /** Up to the end of the source, or to the `)` that closes a substitution. */
  list(depth: number): void {
    if (depth > MAX_DEPTH) unclear();
    for (;;) {
      const rest = this.#source.slice(this.#at, this.#at + 200);
      if (rest === '' && depth > 0) unclear();
      if (rest === '' || (rest[0] === ')' && depth > 0)) {
        this.#at += rest === '' ? 0 : 1;
        return void this.#endPart();
      }
      const redirection = this.#word === null ? HARMLESS.exec(rest)?.[0] : undefined;
      const separator = SEPARATOR.exec(rest)?.[0];
      if (rest.startsWith('\\\n')) this.#at += 2;
      else if (redirection !== undefined) {
        this.#at += redirection.length;
        this.#redirected = true;
      } else if (separator !== undefined) this.#separate(separator);
      else if (rest[0] === ' ' || rest[0] === '\t') {
        this.#at++;
        this.#endWord();
      } else this.#unit(rest, depth);
    }
  }

  #separate(separator: string): void {
    this.#at += separator.length;
    const empty = this.#word === null && this.#words === 0;
    if (empty && separator !== '\n') unclear();
    this.#endPart();
  }

  /** One thing within a word. */
  #unit(rest: string, depth: number): void {
    const char = rest[0]!;
    if ('<>()#'.includes(char) && (char !== '#' || this.#word === null)) unclear();
    if (char === "'") return void this.#single();
    if (char === '"') return void this.#double(depth);
    if (char === '\\') {
      const next = rest[1] ?? unclear();
      return void this.#take(`\\${next}`, next);
    }
    if (char === '$') return void this.#dollar(rest, depth);
    if (char === '`') return void this.#backtick(depth);
    this.#take(char, char);
  }

  #take(text: string, plain: string): void {
    this.#at += text.length;
    this.#add(text, plain);
  }

  #add(text: string, plain: string): void {
    if (this.#word === null) {
      if (this.#text !== '') {
        this.#text += ' ';
        this.#plain += ' ';
      }
      this.#word = '';
    }
    this.#word += text;
    this.#text += text;
    this.#plain += plain;
  }

  #single(): void {
    const end = this.#source.indexOf("'", this.#at + 1);
    if (end < 0) unclear();
    const inner = this.#source.slice(this.#at + 1, end);
    this.#take(`'${inner}'`, inner);
  }

  #double(depth: number): void {
    this.#take('"', '');
    for (;;) {
      const rest = this.#source.slice(this.#at, this.#at + 200);
      const char = rest[0] ?? unclear();
      if (char === '"') return void this.#take('"', '');
      if (rest.startsWith('\\\n')) this.#at += 2;
      else if (char === '$') this.#dollar(rest, depth, true);
      else if (char === '`') this.#backtick(depth);
      else if (char === '\\') {
        const next = rest[1] ?? unclear();
        this.#take(`\\${next}`, '$`"\\'.includes(next) ? next : `\\${next}`);
      } else this.#take(char, char);
    }
  }

  #dollar(rest: string, depth: number, quoted = false): void {
    const variable = VARIABLE.exec(rest)?.[0];
    // Nothing is known of its value but that it may be empty: `rm$x` is rm.
    if (variable !== undefined) return void this.#take(variable, '');
    if (rest.startsWith('$(') && !rest.startsWith('$((')) return void this.#inner(2, depth);
    // A lone `$` before a space or the closing quote is itself; `$'`, `${x:-…}`, `$((` and `$[` are not looked into.
    if (/^\$(?:[\s/.,:%=]|$)/.test(rest) || (quoted && rest[1] === '"')) return void this.#take('$', '$');
    unclear();
  }

  /** The commands of a substitution are parts of their own. What it gives is as unknown as a variable: `$(true)rm` is rm. */
  #inner(opening: number, depth: number): void {
    const nested = new Lexer(this.#source);
    nested.#at = this.#at + opening;
    nested.list(depth + 1);
    this.parts.push(...nested.parts);
    const text = this.#source.slice(this.#at, nested.#at);
    this.#take(text, '');
  }

  #backtick(depth: number): void {
    const end = this.#source.indexOf('`', this.#at + 1);
    const inner = this.#source.slice(this.#at + 1, end);
    if (end < 0 || inner.includes('\\') || depth >= MAX_DEPTH) unclear();
    const nested = new Lexer(inner);
    nested.list(0);
    this.parts.push(...nested.parts);
    this.#take(`\`${inner}\``, '');
  }

  #endWord(): void {
    if (this.#word === null) return;
    if (this.#words === 0 && KEYWORDS.has(this.#word)) unclear();
    this.#words++;
    this.#word = null;
  }

  #endPart(): void {
    this.#endWord();
    if (this.#words > 0) this.parts.push({ text: this.#text, plain: this.#plain });
    // A redirection without a command: zsh runs cat (its NULLCMD).
    else if (this.#redirected) unclear();
    this.#text = '';
    this.#plain = '';
    this.#words = 0;
    this.#redirected = false;
  }
}

/**
 * The simple commands that a command line would run, those of its substitutions included. Null for everything that is not
 * understood for certain: compound commands, functions, redirections to or from files, here-documents, comments, arithmetic.
 */
export function commandParts(line: string): Part[] | null {
  if (line.length > MAX_CHARS || STRANGE.test(line)) return null;
  const lexer = new Lexer(line);
  try {
    lexer.list(0);
  } catch (error) {
    if (error instanceof Unclear) return null;
    throw error;
  }
  return lexer.parts.length > 0 ? lexer.parts : null;
}

/** Where a command could begin in a line that is not understood: whatever follows any of the signs that shells know. */
export const possibleCommands = (line: string): string[] =>
  line
    .slice(0, MAX_CHARS)
    .split(/[;&|\n(){}`<>]|\$\(|\b(?:do|then|else|elif|time|in)\b|["']/)
    .map((text) => text.replace(/\s+/g, ' ').trim())
    .filter((text) => text !== '');
