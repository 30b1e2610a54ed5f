import { encodeKey } from '../../core/keys/encode.ts';
import { normalizeKey } from '../../core/keys/names.ts';
import { childId } from '../../schema/agent.ts';
import { BooError } from '../../util/errors.ts';
import type { Pool } from '../hosts/pool.ts';
import type { Send } from './service.ts';

/** Types the keys of an answer, only while the rows of the question are still the same; nothing can come between. */
export const sendByScreen =
  (hosts: () => Pool): Send =>
  async (agent, approval, { verdict }) => {
    const { via } = approval;
    if (via.type !== 'screen') throw new Error(`${approval.id} is no question on a screen`);
    const keys = via.keys[verdict];
    if (!keys) throw new BooError('usage', `${approval.title}: its dialog has no answer "${verdict}"`);
    const link = agent.host === null ? undefined : hosts().get(agent.host);
    if (!link) throw new BooError('conflict', `${agent.name} runs no more`, 'Nothing was sent.');
    const child = childId(agent);
    const { modes } = await link.look(child);
    const bytes = keys.map((key) => {
      const name = [...key].length > 1 ? normalizeKey(key) : null;
      return Buffer.from(name === null ? key : encodeKey(name, modes));
    });
    const text = Buffer.concat(bytes).toString();
    const once = `answer.${approval.id}`;
    const { written, again } = await link.call('inputIf', { child, text, region: via.region, hash: via.hash, once });
    if (written || again) return written;
    const hint = `Nothing was sent. boocode attach ${agent.name} shows what it asks now.`;
    throw new BooError('conflict', `the screen of ${agent.name} has changed since it was asked`, hint);
  };
