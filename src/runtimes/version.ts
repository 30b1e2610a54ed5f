/** Is a version (`2.1.329`, a suffix does not count) at least this one? */
export function atLeast(version: string, least: string): boolean {
  const parts = (text: string) => text.split(/[.+-]/, 3).map((part) => Number.parseInt(part, 10) || 0);
  const [have, want] = [parts(version), parts(least)];
  const differs = want.findIndex((part, index) => part !== (have[index] ?? 0));
  return differs < 0 || (have[differs] ?? 0) > want[differs]!;
}
