import { suggest } from '../../core/suggest.ts';
import { BooError } from '../../util/errors.ts';
import { completionScript, SHELLS } from '../completion.ts';
import type { Verb } from '../verb.ts';
import { allVerbs } from '../verbs.ts';

export const completion: Verb = {
  name: 'completion',
  usage: 'bash | zsh | fish',
  summary: 'print the completion script of a shell',
  details:
    'Verbs and options, the states of --for, and the names of the agents, requests, workflows and runs there are (asked for while you type; a daemon is not started for it).',
  options: {
    agents: { type: 'boolean', summary: 'print the names of the agents, a line each' },
    workflows: { type: 'boolean', summary: 'print the names of workflows and their runs, a line each' },
    approvals: { type: 'boolean', summary: 'print the ids of what waits for you, a line each' },
  },
  words: { min: 0, max: 1, completes: SHELLS },
  examples: [
    { line: 'boocode completion bash > ~/.local/share/bash-completion/completions/boocode', does: 'for bash' },
    { line: 'boocode completion zsh > ~/.zfunc/_boocode', does: 'for zsh, with that folder in fpath' },
    { line: 'boocode completion fish > ~/.config/fish/completions/boocode.fish', does: 'for fish' },
  ],
  async run(context) {
    if (context.flag('agents')) {
      const client = await context.daemon({ start: false });
      const names = (await client.call('agent.list', { all: true })).agents.map((agent) => agent.name);
      context.print({ agents: names }, () => names.join('\n'));
      return 0;
    }
    if (context.flag('approvals')) {
      const client = await context.daemon({ start: false });
      const ids = (await client.call('approvals.list', {})).approvals.map(({ approval }) => approval.id);
      context.print({ approvals: ids }, () => ids.join('\n'));
      return 0;
    }
    if (context.flag('workflows')) {
      const client = await context.daemon({ start: false });
      const { workflows } = await client.call('workflow.list', {});
      const runs = (await client.call('agent.list', { all: true })).agents.filter((agent) => agent.run !== undefined);
      const names = [...new Set([...workflows, ...runs].map(({ name }) => name))];
      context.print({ workflows: names }, () => names.join('\n'));
      return 0;
    }
    const [shell] = context.words;
    if (!SHELLS.includes(shell as (typeof SHELLS)[number])) {
      const near = shell && suggest(shell, SHELLS);
      throw new BooError(
        'usage',
        shell ? `there is no completion for ${JSON.stringify(shell)}` : 'boocode completion needs the name of a shell',
        near ? `Did you mean ${near}?` : 'Usage: boocode completion bash | zsh | fish',
      );
    }
    const { runtimes } = await import('../../runtimes/index.ts');
    const ids = runtimes.map(({ id }) => id);
    const script = completionScript(shell as (typeof SHELLS)[number], await allVerbs(), ids);
    context.print({ shell, script }, () => script.trimEnd());
    return 0;
  },
};
