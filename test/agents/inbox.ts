import { setTimeout as delay } from 'node:timers/promises';
import { program } from '../cli/boocode.ts';
import { openTerminal } from '../support/terminal.ts';
import { until } from '../support/wait.ts';
import type { Project } from './project.ts';

/** For so long (ms) a request is in sight before a key is for it. */
const SIGHT_MS = 450;

/** The cockpit of a project in a terminal of its own, with the inbox open: requests are answered by keys. */
export async function openInbox(project: Project, size = { cols: 120, rows: 40 }, agents = 1) {
  const terminal = openTerminal([process.execPath, program], { ...size, cwd: project.world.root });
  await terminal.shows('boocode');
  await terminal.shows(new RegExp(`Sessions ${agents}`));
  terminal.type('7');
  /** Waits for a request to stand there whole. */
  const sees = async (what: RegExp) => {
    await terminal.shows(what);
    await until('a key for it counts', async () => {
      await delay(SIGHT_MS);
      return what.test(terminal.text());
    });
  };
  return {
    async allow(what: RegExp) {
      await sees(what);
      terminal.type('a');
    },
    async refuse(what: RegExp) {
      await sees(what);
      terminal.type('d');
    },
    async deny(what: RegExp, reason: string) {
      await sees(what);
      terminal.type('D');
      await terminal.shows('why?');
      terminal.type(reason);
      await terminal.shows(reason);
      terminal.type('\r');
    },
    shows: terminal.shows,
    /** Answers each of these once, whichever the screen shows next, until none is left. */
    async answerAll(answers: readonly { what: RegExp; key: string }[]) {
      let left = answers;
      while (left.length > 0) {
        const shown = await until('one of them is shown', () => left.find(({ what }) => what.test(terminal.text())), {
          seen: () => terminal.text(),
        });
        await sees(shown.what);
        terminal.type(shown.key);
        await terminal.hides(shown.what);
        left = left.filter((one) => one !== shown);
      }
    },
    [Symbol.dispose]: () => terminal.kill(),
  };
}
