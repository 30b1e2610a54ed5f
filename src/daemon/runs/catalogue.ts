import type { WorkflowInfo } from '../../schema/workflow.ts';
import { listWorkflowFiles, type WorkflowFile } from '../../storage/workflow-files.ts';
import { trustedWorkflows, trustWorkflow } from '../../storage/workflow-trust.ts';
import { BooError } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import { readWorkflow } from './read.ts';

export interface Listed {
  workflow: WorkflowInfo;
  source: string;
}

/** Every workflow that can be started or could be, as its files are now; of one name the first, which says whom it hides. */
export async function listWorkflows({ root }: Pick<Context, 'root'>): Promise<Listed[]> {
  const trusted = trustedWorkflows(root);
  const byName = new Map<string, Listed>();
  for (const file of listWorkflowFiles(root)) {
    const listed = await listedOf(file, trusted);
    const first = byName.get(listed.workflow.name);
    if (first) first.workflow.shadows.push(file.file);
    else byName.set(listed.workflow.name, listed);
  }
  return [...byName.values()];
}

async function listedOf(file: WorkflowFile, trusted: ReadonlySet<string>): Promise<Listed> {
  const { form, from, hash } = file;
  const where = { form, from, file: from === 'builtin' ? null : file.file, shadows: [] };
  const said = await readWorkflow(file);
  const workflow = { ...said, ...where, hash, trusted: from !== 'project' || trusted.has(hash) };
  return { workflow, source: file.source ?? '' };
}

/** Throws `not_found` with the known names. */
export async function findWorkflow(ctx: Pick<Context, 'root'>, name: string): Promise<Listed> {
  const all = await listWorkflows(ctx);
  const found = all.find(({ workflow }) => workflow.name === name);
  if (found) return found;
  const known = all.map(({ workflow }) => workflow.name).join(', ') || 'none';
  throw new BooError(
    'not_found',
    `there is no workflow ${JSON.stringify(name)}; known: ${known}`,
    'boocode workflow ls lists them; boocode workflow new makes one.',
  );
}

/** From now on this content may run. Throws `conflict` where the file has another one by now. */
export async function trust(ctx: Pick<Context, 'root' | 'publish'>, name: string, hash: string): Promise<void> {
  const { workflow } = await findWorkflow(ctx, name);
  if (workflow.hash !== hash) {
    const hint = `Read it again: boocode workflow show ${name}.`;
    throw new BooError('conflict', `${workflow.file ?? name} has changed since it was shown`, hint);
  }
  if (workflow.from !== 'project') return;
  trustWorkflow(ctx.root, hash);
  ctx.publish('workflows', {});
}
