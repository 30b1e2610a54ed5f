import { BooError } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import { whole } from '../numbers.ts';
import { chooseLife } from '../past-lines.ts';
import { extend, FASTEST, SLOWEST, type Timeline } from '../replay-timeline.ts';
import type { Verb } from '../verb.ts';
import { noRecording } from './export.ts';

/** Seconds to which a longer pause is cut unless said otherwise: nobody watches an agent wait for an hour. */
const IDLE_LIMIT = 3;

export const replay: Verb = {
  name: 'replay',
  usage: 'AGENT [--speed X] [--idle-limit S] [--life N]',
  summary: 'play the recording of an agent in this terminal',
  details:
    'Keys: Space pauses, Left and Right seek 5 s, Up and Down a minute, Home and End, "." goes one step on, + and - change the speed, q leaves. What was recorded reaches the terminal as cells alone. Of a living agent it plays what there is until now.',
  options: {
    speed: { type: 'string', value: 'X', summary: 'seconds of the recording in a second (default 1)' },
    'idle-limit': {
      type: 'string',
      value: 'S',
      summary: `pauses longer than S seconds are cut to S (default ${IDLE_LIMIT}; 0: none is cut)`,
    },
    life: { type: 'string', value: 'N', summary: 'another life than its last one; restarts are counted from 1' },
  },
  words: { min: 1, max: 1, completes: 'agents' },
  examples: [{ line: 'boocode replay auth-fix --speed 4', does: 'what it did, four times as fast' }],
  async run(context) {
    const { stdin, stdout, env } = context.io;
    if (context.json || !stdin.isTTY || !stdout.isTTY) {
      throw new BooError(
        'usage',
        'replay needs a terminal',
        'boocode export AGENT FILE.cast (or .txt, .html) writes it to a file instead.',
      );
    }
    const speed = number('speed', context.option('speed'), SLOWEST, FASTEST) ?? 1;
    const limit = number('idle-limit', context.option('idle-limit'), 0, 1e6) ?? IDLE_LIMIT;
    const wanted = whole('life', context.option('life'), 1_000_000);
    const client = await context.daemon();
    const known = await client.call('agent.lives', { agent: context.words[0]! });
    const life = chooseLife(known, wanted);
    if (life.recording.length === 0) throw noRecording(known, life);
    const { timeline, size, notice } = await load(life.recording, limit === 0 ? null : limit);
    // Nothing more is asked of the daemon, and its end must not end the film.
    context.close();
    const { replay: play } = await import('../replay.ts');
    await play({ name: known.name, timeline, size, speed, stdin, stdout, env });
    if (notice) context.note(`Note: ${notice}.`);
    return 0;
  },
};

async function load(paths: string[], idleLimit: number | null) {
  const { openCast } = await import('../../storage/recording.ts');
  const cast = await openCast(paths);
  let timeline: Timeline = { shots: [], length: 0 };
  for await (const batch of cast.events) timeline = extend(timeline, batch, idleLimit);
  const { cols, rows } = cast.header.term;
  return { timeline, size: { cols, rows }, notice: cast.notice };
}

function number(
  option: string,
  text: Context['values'][string] | undefined,
  min: number,
  max: number,
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!(value >= min && value <= max)) {
    throw new BooError('usage', `--${option} ${text} is no number from ${min} to ${max}`, 'Write it like 2 or 0.5.');
  }
  return value;
}
