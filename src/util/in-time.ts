/** What a task gives; `late` where it takes longer than `ms`: it goes on then, and what it comes to, an error too, is told to nobody. */
export async function inTime<T, L>(task: Promise<T>, ms: number, late: L): Promise<T | L> {
  const { promise: over, resolve } = Promise.withResolvers<L>();
  const timer = setTimeout(() => resolve(late), ms);
  try {
    return await Promise.race([task, over]);
  } finally {
    clearTimeout(timer);
  }
}
