/** Something that writes: the agents' records, the state, the histories of ended agents, the folder of all of them. */
type Writer = 'records' | 'state' | 'history' | 'folder';

export interface Trouble {
  /** It could not write. The person is told when nothing else failed before. */
  failed(writer: Writer, text: string): void;
  /** It has written. The person is told when nothing fails any more. */
  works(writer: Writer): void;
}

/** Tells once that writing fails, however often it is tried, and once that it works again. */
export function createTrouble(tell: (level: 'info' | 'error', text: string) => void): Trouble {
  const failing = new Set<Writer>();
  return {
    failed(writer, text) {
      const first = failing.size === 0;
      failing.add(writer);
      if (first) tell('error', `${text}. Agents go on; what they do is written as soon as that works again.`);
    },
    works(writer) {
      if (failing.delete(writer) && failing.size === 0) tell('info', 'What could not be written is written now.');
    },
  };
}
