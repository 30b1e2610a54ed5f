// How right the status of real agents' screens is, weighted by time, over recorded sessions of the real programs: what
// core/observe says with its debouncing against what was truly so. The programs themselves take a moment to show what has
// become true (a key was pressed, a turn has ended): that moment is not judged. A false idle is counted apart: never.
import { heldOut, judge, recordings } from '../support/recorded.ts';

/** How long a program may take to show what has become true, in milliseconds. */
const REACTION_MS = 1500;
/** Of the time that is judged, in percent. */
const RIGHT = 99;

function figures(recorded) {
  let [judged, right, falseIdle, changes, shown] = [0, 0, 0, 0, 0];
  let turnedAt = 0;
  let last = null;
  for (const span of judge(recorded)) {
    const truth = span.waitingFor ? `${span.truth} ${span.waitingFor}` : span.truth;
    if (truth !== last?.truth) {
      turnedAt = span.from;
      changes += 1;
    }
    if (span.said !== last?.said) shown += 1;
    last = { truth, said: span.said };
    if (span.truth === 'start' || span.truth === 'ended') continue;
    const time = Math.max(0, span.to - Math.max(span.from, turnedAt + REACTION_MS));
    judged += time;
    if (span.said === truth) right += time;
    else if (span.said === 'idle') falseIdle += time;
  }
  return { judged, right: (100 * right) / judged, falseIdle, flicker: shown / changes };
}

export async function run() {
  const sets = [
    ...recordings().map((one) => ({ ...one, set: '' })),
    ...heldOut().map((one) => ({ ...one, set: ' (held out)' })),
  ];
  const all = sets.map((recorded) => ({ ...recorded, ...figures(recorded) }));
  return all
    .sort((a, b) => a.agent.localeCompare(b.agent) || a.cols - b.cols)
    .map(({ agent, version, cols, set, judged, right, falseIdle, flicker }) => ({
      name: `${agent} ${version} at ${cols}${set}: right of ${Math.round(judged / 1000)} s, false idle ${falseIdle} ms; changes shown to true ones`,
      value: Math.round(right * 100) / 100,
      unit: '%',
      ratio: flicker,
      target: `≥ ${RIGHT} %, no false idle`,
      ok: right >= RIGHT && falseIdle === 0,
    }));
}
