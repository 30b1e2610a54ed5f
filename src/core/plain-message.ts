/** The provider's own words where a program gives its answer as JSON; else the text as it is. */
export function plainMessage(text: string): string {
  const inner = /"message"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(text)?.[1];
  if (inner === undefined) return text;
  try {
    return (JSON.parse(inner) as string) || text;
  } catch {
    return text;
  }
}
