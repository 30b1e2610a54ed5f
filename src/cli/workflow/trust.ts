import type { DaemonClient } from '../../client/daemon.ts';
import type { WorkflowInfo } from '../../schema/workflow.ts';
import { seen } from '../approval-text.ts';
import { confirm } from '../confirm.ts';
import type { Context } from '../context.ts';

/** Trusts this very content of a workflow of the project, after asking (--trust of `run` has answered). */
export async function trustContent(context: Context, client: DaemonClient, one: WorkflowInfo): Promise<void> {
  if (!context.flag('trust'))
    await confirm(
      context,
      `${seen(one.file ?? one.name)} comes with the project. It may then start agents that read, change and run things as you, until its content changes. Read it first: boocode workflow show ${one.name} --source.`,
    );
  await client.call('workflow.trust', { name: one.name, hash: one.hash });
}

export async function trustWorkflow(context: Context, name = ''): Promise<number> {
  const client = await context.daemon();
  const { workflow } = await client.call('workflow.get', { name });
  if (!workflow.trusted) await trustContent(context, client, workflow);
  context.print({ trusted: true, name, file: workflow.file, hash: workflow.hash }, () =>
    workflow.from === 'project'
      ? `${name} is trusted as it is now.`
      : `${name} needs no trust: it is not the project’s.`,
  );
  return 0;
}
