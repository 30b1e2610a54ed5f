import type { Collision, Severity } from '../../../schema/collision.ts';
import type { Cockpit } from '../../store/model.ts';

const WORST: readonly Severity[] = ['same_line', 'adjacent_line', 'different_area', 'identical'];
export const rankOf = (severity: Severity): number => WORST.indexOf(severity);

const sorted = new WeakMap<readonly Collision[], Collision[]>();

/** Worst first, then the newest. */
export function collisionList({ data }: Pick<Cockpit, 'data'>): Collision[] {
  const { list } = data.collisions;
  let known = sorted.get(list);
  if (!known) {
    known = [...list].sort((a, b) => rankOf(a.severity) - rankOf(b.severity) || b.since - a.since);
    sorted.set(list, known);
  }
  return known;
}

const ofFiles = new WeakMap<readonly Collision[], Map<string, Severity>>();

/** The worst that an agent (by id; null: any) meets in a file (null: in any), or null. */
export function worstOf({ data }: Pick<Cockpit, 'data'>, agent: string | null, file: string | null): Severity | null {
  const { list } = data.collisions;
  let known = ofFiles.get(list);
  if (!known) {
    known = new Map();
    const note = (key: string, severity: Severity) => {
      const old = known!.get(key);
      if (!old || rankOf(severity) < rankOf(old)) known!.set(key, severity);
    };
    for (const { ids, file: at, severity } of list) {
      note(` ${at}`, severity);
      for (const id of ids) {
        note(`${id} ${at}`, severity);
        note(`${id} `, severity);
      }
    }
    ofFiles.set(list, known);
  }
  return known.get(`${agent ?? ''} ${file ?? ''}`) ?? null;
}

export const chosenCollision = (state: Cockpit): Collision | null => {
  const list = collisionList(state);
  return list[Math.min(state.ui.collisions.index, list.length - 1)] ?? null;
};

/** The agents in the order of merging, then those that are left over. Names. */
export function mergeRows({
  data,
}: Pick<Cockpit, 'data'>): { agent: string; place: number | null; files: readonly string[] }[] {
  const { value } = data.collisions.forecast;
  if (!value) return [];
  return [
    ...value.order.map((agent, index) => ({ agent, place: index + 1, files: [] })),
    ...value.remaining.map(({ agent, files }) => ({ agent, place: null, files })),
  ];
}
