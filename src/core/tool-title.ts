/** A call's title where its tool is named beside it: many agents write the tool's name into the title too. '' when it says nothing else. */
export const besideTool = (title: string, tool: string): string =>
  title === tool ? '' : title.startsWith(`${tool} `) ? title.slice(tool.length).trim() : title;

/** What a call is given, in short, where its title says nothing beside its tool's name: the first text of its arguments. `input`: JSON. */
export function firstText(input: string): string {
  try {
    const given = JSON.parse(input) as unknown;
    const texts = typeof given === 'object' && given !== null ? Object.values(given) : [given];
    const first = texts.find((one) => typeof one === 'string' && one.trim() !== '');
    return typeof first === 'string' ? first.trim() : '';
  } catch {
    return '';
  }
}
