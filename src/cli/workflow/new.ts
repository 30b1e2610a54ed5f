import { existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { templatePath } from '../../util/entry.ts';
import { BooError, errnoOf } from '../../util/errors.ts';
import { projectPaths } from '../../util/paths.ts';
import { reasonOf } from '../../util/reason.ts';
import type { Context } from '../context.ts';

/** What the templates are called before somebody names them. */
const PLACEHOLDER = 'my-workflow';
/** What a script's or a flow's first line refers to: it lies in the project, so that every editor finds it. */
const TYPES = 'boocode.d.ts';
const SCHEMA = 'flow.schema.json';

/** Writes a workflow to begin with: a script, or with --flow a flow. It runs as it is. */
export async function newWorkflow(context: Context, name = ''): Promise<number> {
  if (!/^[a-z][a-z0-9-]*$/.test(name)) {
    throw new BooError(
      'usage',
      `a workflow cannot be called ${JSON.stringify(name)}`,
      'Small letters, digits and "-", a letter first.',
    );
  }
  const [isFlow, isHome] = [context.flag('flow'), context.flag('home')];
  const client = await context.daemon();
  const { workflows } = await client.call('workflow.list', {});
  const known = workflows.find((one) => one.name === name);
  if (known) {
    const what =
      known.from === 'builtin'
        ? 'is a built-in workflow, which would win over yours'
        : `is there already: ${known.file}`;
    throw new BooError('conflict', `${name} ${what}`, 'Choose another name.');
  }
  const folder = isHome ? join(context.env.HOME || homedir(), '.boocode') : projectPaths(context.project().root).folder;
  const file = isFlow ? join(folder, 'flows', `${name}.yaml`) : join(folder, 'workflows', `${name}.js`);
  write(file, readFileSync(templatePath(isFlow ? 'flow.yaml' : 'workflow.js'), 'utf8').replaceAll(PLACEHOLDER, name));
  await (isFlow ? refresh(join(folder, SCHEMA), SCHEMA) : refresh(join(dirname(file), TYPES), 'workflow.d.ts'));
  // Who has just written it need not be asked whether to trust it.
  const { workflow } = await client.call('workflow.get', { name });
  if (!workflow.trusted) await client.call('workflow.trust', { name, hash: workflow.hash });
  const shown = relative(context.io.cwd, file);
  context.print({ name, file, form: isFlow ? 'flow' : 'script' }, () =>
    [
      `${shown.startsWith('..') ? file : shown} is there, and runs as it is:`,
      `  boocode workflow run ${name} --wait`,
      'Once you have changed it, boocode workflow trust says that it is yours. docs/workflows.md tells what there is to write.',
    ].join('\n'),
  );
  return 0;
}

/** A new file; one that is there is never written over, and no link leads the writing elsewhere. */
function write(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    for (const folder of [dirname(file), dirname(dirname(file))]) {
      if (!lstatSync(folder).isDirectory()) throw new BooError('failed', `${folder} is a link`, 'Make it a folder.');
    }
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    if (error instanceof BooError) throw error;
    if (errnoOf(error) === 'EEXIST') throw new BooError('conflict', `${file} is there already`, 'Choose another name.');
    throw new BooError('failed', `${file} could not be written: ${reasonOf(error)}`, undefined, { cause: error });
  }
}

/** A file of ours beside those of the project: one of an older version is written anew. */
async function refresh(file: string, source: Parameters<typeof templatePath>[0]): Promise<void> {
  const text = readFileSync(templatePath(source), 'utf8');
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  const { replaceFile } = await import('../../storage/atomic.ts');
  replaceFile(file, text);
}
