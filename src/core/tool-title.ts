/** A call's title where its tool is named beside it: many agents write the tool's name into the title too. '' when it says nothing else. */
export const besideTool = (title: string, tool: string): string =>
  title === tool ? '' : title.startsWith(`${tool} `) ? title.slice(tool.length).trim() : title;
