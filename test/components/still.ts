import { expect } from 'vitest';

/** What moves by itself stands still in the pictures. */
export const still = (rows: string[]) =>
  `${rows
    .join('\n')
    .replaceAll(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/g, '⠋')
    .replaceAll(/\d\d:\d\d(?=\s*$)/gm, 'hh:mm')}\n`;

/** Compares a screen with the one that is kept under this name. */
export const picture = (rows: string[], name: string) => expect(still(rows)).toMatchFileSnapshot(`golden/${name}.txt`);
