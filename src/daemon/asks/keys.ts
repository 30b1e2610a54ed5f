import { encodeKey } from '../../core/keys/encode.ts';
import { normalizeKey } from '../../core/keys/names.ts';
import { isLive } from '../../core/lifecycle.ts';
import { type Agent, childId } from '../../schema/agent.ts';
import { BooError } from '../../util/errors.ts';
import type { Context } from '../context.ts';

/** Types keys by tmux's names, as the modes of the agent's terminal want them; what is no key's name is typed as it is. */
export async function sendKeys({ hosts }: Context, agent: Agent, keys: string[]): Promise<void> {
  const link = agent.host === null ? undefined : hosts.get(agent.host);
  if (!isLive(agent) || !link) {
    throw new BooError(
      'conflict',
      `${agent.name} takes no keys: it is ${agent.status.state}`,
      `boocode restart ${agent.name} starts it again.`,
    );
  }
  const child = childId(agent);
  const { modes } = await link.look(child);
  const bytes = keys.map((key) => {
    const name = [...key].length > 1 ? normalizeKey(key) : null;
    return name === null ? Buffer.from(key) : Buffer.from(encodeKey(name, modes));
  });
  await link.call('input', { child, text: Buffer.concat(bytes).toString() });
}
