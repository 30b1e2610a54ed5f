import { shellQuoted } from '../util/shell.ts';
import { COMMON_OPTIONS, type Option, type Verb } from './verb.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

type Completes = Option['completes'];
const optionsOf = (verb: Verb): [string, Option][] => Object.entries({ ...verb.options, ...COMMON_OPTIONS });

/** A completion script made from the records of the verbs. `verbs` has the one without a name first; `runtimes`: ids of those there are. */
export function completionScript(shell: Shell, verbs: Verb[], runtimes: readonly string[]): string {
  return { bash, zsh, fish }[shell](verbs.map((verb) => ({ ...verb, options: withRuntimes(verb.options, runtimes) })));
}

/** What is completed with runtimes, with these. */
const withRuntimes = (options: Verb['options'], runtimes: readonly string[]): Verb['options'] =>
  Object.fromEntries(
    Object.entries(options).map(([name, option]) => [
      name,
      option.completes === 'runtimes' ? { ...option, completes: runtimes } : option,
    ]),
  );

/** Kinds of names that are asked for while somebody types. */
const NAMED: readonly Completes[] = ['agents', 'approvals', 'workflows'];

/** What a value or word is completed with, as a bash command that fills COMPREPLY. */
const bashWords = (completes: Completes): string => {
  if (NAMED.includes(completes)) return `_boocode_words "$(boocode completion --${completes} 2>/dev/null)"`;
  if (completes === 'folders' || completes === 'files')
    return `COMPREPLY=($(compgen -${completes === 'files' ? 'f' : 'd'} -- "$cur"))`;
  return Array.isArray(completes) ? `_boocode_words "${completes.join('\n')}"` : ':';
};

/** `first` counts the words behind the verb. */
const bashOf = ({ words: { completes, rest } }: Verb): string =>
  rest ? `if ((first == 1)); then ${bashWords(completes)}; else ${bashWords(rest)}; fi` : bashWords(completes);

function bash(verbs: Verb[]): string {
  const named = verbs.filter((verb) => verb.name);
  const cases = named.map((verb) => {
    const options = optionsOf(verb).map(([name]) => `--${name}`);
    const values = optionsOf(verb)
      .filter(([, option]) => option.completes)
      .map(([name, option]) => `        --${name}) ${bashWords(option.completes)}; return ;;`);
    return [
      `    ${verb.name})`,
      '      case "$prev" in',
      ...values,
      '      esac',
      `      if [[ $cur == -* ]]; then _boocode_words "${options.join('\n')}"; else ${bashOf(verb)}; fi ;;`,
    ].join('\n');
  });
  return `# bash completion for boocode
_boocode_words() {
  local word
  COMPREPLY=()
  while IFS= read -r word; do
    [[ -n $word && $word == "$cur"* ]] && COMPREPLY+=("$(printf '%q' "$word")")
  done <<< "$1"
}
_boocode() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} verb='' first=0 i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in
      --project) ((i++)) ;;
      -*) ;;
      *) verb=\${COMP_WORDS[i]}; first=$((COMP_CWORD - i)); break ;;
    esac
  done
  COMPREPLY=()
  case "$verb" in
    '') if [[ $prev == --project ]]; then COMPREPLY=($(compgen -d -- "$cur"))
      else _boocode_words "${[...named.map((verb) => verb.name), '--json', '--project', '--help', '--version'].join('\n')}"; fi ;;
${cases.join('\n')}
  esac
}
complete -F _boocode boocode boo
`;
}

const zshWords = (completes: Completes): string => {
  if (NAMED.includes(completes)) return `_boocode_${completes}`;
  if (completes === 'folders') return '_files -/';
  if (completes === 'files') return '_files';
  return Array.isArray(completes) && completes.length > 0 ? `(${completes.join(' ')})` : ' ';
};

function zsh(verbs: Verb[]): string {
  const named = verbs.filter((verb) => verb.name);
  const clean = (text: string) => text.replace(/[[\]:]/g, '');
  const cases = named.map((verb) => {
    const specs = optionsOf(verb).flatMap(([name, option]) => {
      const value = option.type === 'string' ? `:${clean(option.value ?? 'value')}:${zshWords(option.completes)}` : '';
      const forms = option.short ? [`-${option.short}`, `--${name}`] : [`--${name}`];
      return forms.map((form) => shellQuoted(`${form}[${clean(option.summary)}]${value}`));
    });
    const { max, completes, rest } = verb.words;
    const head = rest ? [shellQuoted(`1:word:${zshWords(completes)}`)] : [];
    const word = max > 0 ? [...head, shellQuoted(`*:word:${zshWords(rest ?? completes)}`)] : [];
    return `    ${verb.name}) _arguments ${[...specs, ...word].join(' ')} ;;`;
  });
  return `#compdef boocode boo
_boocode_names() {
  local -a names
  names=(\${(f)"$(boocode completion --$1 2>/dev/null)"})
  compadd -a names
}
_boocode_agents() { _boocode_names agents }
_boocode_approvals() { _boocode_names approvals }
_boocode_workflows() { _boocode_names workflows }
_boocode() {
  local -a verbs
  verbs=(
${named.map((verb) => `    ${shellQuoted(`${verb.name}:${clean(verb.summary)}`)}`).join('\n')}
  )
  if [[ $words[CURRENT-1] == --project ]]; then
    _files -/
    return
  fi
  if [[ $words[2] == --project ]]; then
    shift 2 words
    (( CURRENT -= 2 ))
  fi
  if (( CURRENT == 2 )); then
    _describe 'verb' verbs
    _files -/
    return
  fi
  local verb=$words[2]
  shift words
  (( CURRENT-- ))
  case $verb in
${cases.join('\n')}
  esac
}
compdef _boocode boocode boo
`;
}

const fishWords = (completes: Completes): string => {
  if (NAMED.includes(completes)) return ` -a '(boocode completion --${completes} 2>/dev/null)'`;
  if (completes === 'folders') return " -a '(__fish_complete_directories)'";
  if (completes === 'files') return ' -F';
  return Array.isArray(completes) ? ` -a ${shellQuoted(completes.join(' '))}` : '';
};

function fish(verbs: Verb[]): string {
  const lines = verbs
    .filter((verb) => verb.name)
    .flatMap((verb) => {
      const when = `-n '__fish_seen_subcommand_from ${verb.name}'`;
      const [first, later] = verb.words.rest
        ? ['-le', '-gt'].map(
            (than) => `-n '__fish_seen_subcommand_from ${verb.name}; and test (__boocode_words) ${than} 2'`,
          )
        : [when, when];
      return [
        `complete -c boocode -n __fish_use_subcommand -a ${verb.name} -d ${shellQuoted(verb.summary)}`,
        ...(verb.words.completes ? [`complete -c boocode ${first}${fishWords(verb.words.completes)}`] : []),
        ...(verb.words.rest?.length ? [`complete -c boocode ${later}${fishWords(verb.words.rest)}`] : []),
        ...optionsOf(verb).map(
          ([name, option]) =>
            `complete -c boocode ${when} -l ${name}${option.short ? ` -s ${option.short}` : ''}${option.type === 'string' ? ' -r' : ''}${fishWords(option.completes)} -d ${shellQuoted(option.summary)}`,
        ),
      ];
    });
  return `# fish completion for boocode
# How many words stand before the one that is typed, options left out.
function __boocode_words
  count (commandline -opc | string match -v -- '-*')
end
complete -c boocode -f
complete -c boocode -n __fish_use_subcommand -l project -r -a '(__fish_complete_directories)' -d 'the project to work on'
complete -c boo -w boocode
${lines.join('\n')}
`;
}
