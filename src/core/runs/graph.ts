/*
 * A graph of steps as rows, a row each, in an order in which every step stands below those it depends on:
 *
 *   o        plan           each lane comes down from a step and ends at the last one that depends on it
 *   ├─o      lint
 *   o │      test
 *   o─╯      report
 */

export interface GraphStep {
  id: string;
  deps: readonly string[];
}

/** Cells before the label: `before`, then the step's own glyph, then `after`. `below`: the lanes that go on under the row. */
export interface GraphRow {
  before: string;
  after: string;
  below: string;
}

/** More lanes than this are not drawn: whoever reads it could not follow them. */
export const MOST_LANES = 10;

/** The same steps, each below those it depends on, else in their order. What hangs on itself keeps its place at the end. */
export function layered<T extends GraphStep>(steps: readonly T[]): T[] {
  const known = new Map(steps.map((step) => [step.id, step]));
  const missing = new Map(steps.map(({ id, deps }) => [id, new Set(deps.filter((dep) => known.has(dep))).size]));
  const next = dependants(steps, known);
  const order: T[] = [];
  const taken = new Set<string>();
  let ready = steps.filter(({ id }) => missing.get(id) === 0);
  while (ready.length > 0) {
    const after: T[] = [];
    for (const step of ready) {
      order.push(step);
      taken.add(step.id);
      for (const id of next.get(step.id) ?? []) {
        const left = missing.get(id)! - 1;
        missing.set(id, left);
        if (left === 0) after.push(known.get(id)!);
      }
    }
    ready = after;
  }
  return [...order, ...steps.filter(({ id }) => !taken.has(id))];
}

function dependants(steps: readonly GraphStep[], known: ReadonlyMap<string, unknown>): Map<string, string[]> {
  const next = new Map<string, string[]>();
  for (const { id, deps } of steps) {
    for (const dep of new Set(deps)) {
      if (!known.has(dep)) continue;
      const list = next.get(dep);
      if (list) list.push(id);
      else next.set(dep, [id]);
    }
  }
  return next;
}

/** What stands before and behind each step's glyph, for steps in the order of `layered`. */
export function graphRows(steps: readonly GraphStep[]): GraphRow[] {
  const known = new Map(steps.map((step, index) => [step.id, index]));
  const last = new Map([...dependants(steps, known)].map(([id, list]) => [id, lastOf(list, known)]));
  const lanes: (string | null)[] = [];
  return steps.map(({ id, deps }, index) => {
    const above = new Set(deps.filter((dep) => lanes.includes(dep)));
    const ends = (dep: string) => last.get(dep)! <= index;
    const at = place(lanes, above, ends);
    const row = draw(lanes, { at, above, ends });
    for (const [lane, held] of lanes.entries()) if (held !== null && ends(held)) lanes[lane] = null;
    if ((last.get(id) ?? -1) > index && at < MOST_LANES) lanes[at] = id;
    while (lanes.length > 0 && lanes.at(-1) == null) lanes.pop();
    return { ...row, below: lanes.map((held) => (held === null ? '  ' : '│ ')).join('') };
  });
}

const lastOf = (ids: readonly string[], known: ReadonlyMap<string, number>) =>
  ids.reduce((most, id) => Math.max(most, known.get(id)!), -1);

/** The lane of a step that ends here is its own; else the first that is free. */
function place(lanes: readonly (string | null)[], above: ReadonlySet<string>, ends: (id: string) => boolean): number {
  const own = lanes.findIndex((held) => held !== null && above.has(held) && ends(held));
  if (own >= 0) return own;
  const free = lanes.findIndex((held, lane) => held === null && lane > lanes.findIndex((one) => above.has(one!)));
  return free >= 0 ? free : Math.min(lanes.length, MOST_LANES);
}

function draw(
  lanes: readonly (string | null)[],
  { at, above, ends }: { at: number; above: ReadonlySet<string>; ends(id: string): boolean },
): Omit<GraphRow, 'below'> {
  const count = Math.max(lanes.length, at + 1);
  const joined = lanes.flatMap((held, lane) => (held !== null && above.has(held) ? [lane] : []));
  const from = Math.min(at, ...joined);
  const to = Math.max(at, ...joined);
  const cells = Array.from({ length: count }, (_, lane) => {
    const held = lanes[lane] ?? null;
    const rule = lane >= from && lane < to ? '─' : ' ';
    if (lane === at) return ['', rule];
    if (held !== null && above.has(held)) return [bend(ends(held), lane, { at, from, to }), rule];
    const inner = lane > from && lane < to;
    return [held === null ? (inner ? '─' : ' ') : inner ? '┼' : '│', rule];
  });
  const text = (part: string[][]) => part.map((cell) => cell.join('')).join('');
  return { before: text(cells.slice(0, at)), after: text(cells.slice(at)) };
}

/** Where a lane meets the row of the step that hangs on it. */
function bend(ended: boolean, lane: number, { at, from, to }: { at: number; from: number; to: number }): string {
  const outer = lane === from || lane === to;
  if (!outer) return ended ? '┴' : '┼';
  if (lane > at) return ended ? '╯' : '┤';
  return ended ? '╰' : '├';
}
