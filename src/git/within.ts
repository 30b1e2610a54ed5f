/** Whether a name (latin1) is one of these paths, or below one of them. */
export function within(paths: readonly Buffer[]): (name: string) => boolean {
  const set = new Set(paths.map((path) => path.toString('latin1')));
  return (name) => {
    for (let end = name.length; end > 0; end = name.lastIndexOf('/', end - 1))
      if (set.has(name.slice(0, end))) return true;
    return false;
  };
}
