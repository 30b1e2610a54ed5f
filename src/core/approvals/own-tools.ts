/** Of the tools that agents are given by us those that change nothing. */
const LOOKS: ReadonlySet<string> = new Set([
  'subagent_status',
  'subagent_result',
  'list_agents',
  'search_output',
  'list_collisions',
]);

/** As agents name them. */
export const OWN_LOOKS: readonly string[] = [...LOOKS].map((name) => `mcp__boocode__${name}`);

export const onlyLooks = (tool: string): boolean => LOOKS.has(tool);

/** A request for such a one, by the name that agents give it. */
export const isOwnLook = (tool: string): boolean => OWN_LOOKS.includes(tool);
