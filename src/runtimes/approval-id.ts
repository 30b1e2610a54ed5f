import { hash } from 'node:crypto';

/** Characters of an id: typed by people, and unique among the few requests that are open at a time. */
const LENGTH = 6;

/** The id of a request, the same whenever it is read again: `request` is what its agent calls it in this life. */
export function approvalId({ id, epoch }: { id: string; epoch: number }, request: string): string {
  const digest = hash('sha256', `${id}.${epoch}.${request}`, 'buffer');
  return digest.readBigUInt64BE().toString(36).padStart(LENGTH, '0').slice(-LENGTH);
}
