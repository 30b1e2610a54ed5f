/** What a line of a language is told apart by. */
export interface Language {
  /** Begin a comment that ends with the line. */
  line: readonly string[];
  /** Begin and end a comment. */
  block: readonly (readonly [string, string])[];
  /** Quotes of strings that end with the line at the latest. */
  quotes: readonly string[];
  /** Quotes of strings that may go over lines. */
  long: readonly string[];
  words: ReadonlySet<string>;
  /** Words may have dashes in them and begin with @, as in CSS. */
  dashes: boolean;
  /** Words count in any case. */
  folds: boolean;
}

interface Lists extends Partial<Omit<Language, 'words'>> {
  words: string;
}

const language = ({ words, ...more }: Lists): Language => ({
  ...{ line: ['//'], block: [['/*', '*/']] as const, quotes: ['"', "'"], long: [], dashes: false, folds: false },
  ...more,
  words: new Set(words.split(' ')),
});

const LITERALS = 'true false null';
const FLOW = 'if else for while do switch case default break continue return try catch finally throw new';
const hash = { line: ['#'], block: [] };

const script = language({
  long: ['`'],
  words: `${FLOW} ${LITERALS} abstract as async await class const constructor debugger declare delete enum export extends from function get implements import in instanceof interface is keyof let namespace of override private protected public readonly satisfies set static super this type typeof undefined var void with yield never unknown any string number boolean object symbol bigint`,
});
const c = language({
  words: `${FLOW} auto bool char class const constexpr delete double enum explicit extern false float friend goto inline int long namespace noexcept nullptr operator override private protected public register short signed sizeof static struct template this true typedef typename union unsigned using virtual void volatile`,
});
const java = language({
  long: ['"""'],
  words: `${FLOW} ${LITERALS} abstract as base bool boolean byte char class companion const data decimal delegate double enum event extends extension final float foreach fun get guard implements import in init int interface internal is let long namespace object open operator out override package params private protected protocol public readonly record ref sealed set short static string struct super synchronized this throws trait using val var virtual void volatile when where with yield func defer nil self some any async await def lazy`,
});
const go = language({
  long: ['`'],
  words: `${FLOW} chan const defer else fallthrough false func go goto import interface iota map nil package range select struct true type var string int bool error byte rune any float64 int64`,
});
const rust = language({
  // ' also begins the name of a lifetime.
  quotes: ['"'],
  words:
    'as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut pub ref return self Self static struct super trait true type unsafe use where while bool char str u8 u16 u32 u64 usize i8 i16 i32 i64 isize f32 f64 String Vec Option Result Some None Ok Err',
});
const php = language({
  line: ['//', '#'],
  words: `${FLOW} ${LITERALS} abstract and array as class clone const declare echo elseif extends final fn foreach function global implements include instanceof interface isset list match namespace or print private protected public require static trait unset use var yield self parent string int bool`,
});
const python = language({
  ...hash,
  long: ['"""', "'''"],
  words:
    'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda match case nonlocal not or pass raise return self try while with yield',
});
const ruby = language({
  ...hash,
  words:
    'BEGIN END alias and begin break case class def defined do else elsif end ensure false for if in module next nil not or private protected public redo rescue retry return self super then true undef unless until when while yield require attr_reader attr_accessor fn defmodule defp use import with receive after',
});
const shell = language({
  ...hash,
  words:
    'if then else elif fi for in do done while until case esac function return local export readonly declare set unset shift exit trap source alias echo cd eval exec true false FROM RUN COPY ADD CMD ENTRYPOINT ENV ARG WORKDIR USER EXPOSE VOLUME LABEL ifeq ifneq ifdef endif include',
});
const data = language({ ...hash, words: 'true false null yes no on off' });
const css = language({
  dashes: true,
  words:
    '@media @import @supports @keyframes @font-face @layer @container @use @mixin @include @extend @if @else @for @each important inherit initial unset none auto',
});
const markup = language({ line: [], block: [['<!--', '-->']], words: '' });
const sql = language({
  line: ['--'],
  folds: true,
  words:
    'add all alter and as asc begin between by cascade case check column commit constraint create cross database default delete desc distinct drop else end exists false foreign from full group having if in index inner insert into is join key left like limit not null offset on or order outer primary references replace returning right rollback select set table then transaction true union unique update using values view when where with int integer text varchar boolean timestamp',
});
const lua = language({
  line: ['--'],
  block: [['--[[', ']]']],
  words:
    'and break do else elseif end false for function goto if in local nil not or repeat return then true until while',
});
const haskell = language({
  line: ['--'],
  block: [['{-', '-}']],
  quotes: ['"'],
  words:
    'case class data default deriving do else forall if import in infix instance let module newtype of then type where',
});

const BY_ENDING: Readonly<Record<string, Language>> = Object.fromEntries(
  (
    [
      ['js jsx mjs cjs ts tsx mts cts json5 vue svelte', script],
      ['c h cc cpp cxx hpp hh m mm glsl proto ino', c],
      ['java kt kts cs swift scala dart groovy gradle', java],
      ['go', go],
      ['rs zig', rust],
      ['php', php],
      ['py pyi pyx starlark bzl', python],
      ['rb rake ex exs cr', ruby],
      ['sh bash zsh fish ps1 mk dockerfile makefile', shell],
      ['json jsonc yaml yml toml ini cfg conf properties env tf hcl nix', data],
      ['css scss less sass', css],
      ['html htm xml svg xhtml', markup],
      ['sql', sql],
      ['lua', lua],
      ['hs elm purs', haskell],
    ] as const
  ).flatMap(([endings, one]) => endings.split(' ').map((ending) => [ending, one] as const)),
);

/** By the ending of the file's name, or by the name where it has none (`Makefile`); null: not known. */
export function languageOf(file: string): Language | null {
  const name = file.slice(file.lastIndexOf('/') + 1).toLowerCase();
  const ending = name.slice(name.lastIndexOf('.') + 1);
  return Object.hasOwn(BY_ENDING, ending) ? BY_ENDING[ending]! : null;
}
