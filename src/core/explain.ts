import type { Explained, RuleVerdict } from '../schema/explain.ts';
import { type Facts, weigh } from './decide.ts';
import { tryRules } from './detect/read.ts';
import type { Observation } from './observe.ts';

/** Every rule with what it says now, in the order in which they are asked; exactly one of them decides. */
export function explain({ facts, held }: Observation, now: number): Explained {
  const weighed = weigh(facts, now);
  const decider = weighed.findIndex(({ decision }) => decision !== null);
  const rules = weighed.flatMap(({ rule, decision, lacks }, place): RuleVerdict[] => {
    const verdict: RuleVerdict = {
      rule,
      source: decision?.evidence.source ?? null,
      says: decision?.state ?? null,
      saw: decision?.evidence.detail ?? lacks,
      decides: place === decider,
    };
    return rule === 'screen' ? [verdict, ...ownRules(facts)] : [verdict];
  });
  const { book } = facts;
  return {
    rules,
    title: facts.title,
    outputAt: facts.outputAt,
    book: book ? { version: book.version, seen: book.seen } : null,
    held: held && { state: held.said.state, since: held.since },
  };
}

/** The rules of an agent's own screen, below the one that they make up. */
function ownRules(facts: Facts): RuleVerdict[] {
  const { book } = facts;
  if (!book || !facts.pulse) return [];
  const { lines, cursor } = facts.pulse;
  return tryRules(book, { lines, cursor, title: facts.title }).map(({ rule, says, saw }) => ({
    rule,
    source: says ? 'prompt' : null,
    says,
    saw,
    decides: false,
  }));
}
