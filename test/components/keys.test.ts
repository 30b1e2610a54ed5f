import { afterEach, describe, expect, test } from 'vitest';
import type { Agent } from '../../src/schema/agent.ts';
import { click, drawn, key, paste } from './cockpit.ts';
import { agent, project, reachable } from './sample.ts';

const SIZE = { cols: 120, rows: 40 };
let open: ReturnType<typeof drawn>;
afterEach(() => open.close());
const start = (agents?: Agent[]) => {
  open = drawn(SIZE, project(agents));
  return open;
};
/** A team whose screens could be reached, so that one can type to it. */
function typing() {
  open = drawn(SIZE, reachable());
  return open;
}

describe('moving about', () => {
  test('j and k choose an agent, its name stands in the output pane', async () => {
    start();
    expect((await open.press('j'))[1]).toContain('api-tests · codex · boo/api-tests');
    expect((await open.press('G'))[1]).toContain('migrate · shell');
    expect((await open.press('k', 'k'))[1]).toContain('lint-sub');
    expect((await open.press('g'))[1]).toContain('auth-fix');
  });

  test('Space goes to the agent that waits, out of any filter', async () => {
    start();
    await open.press('G', 'f', 'm', 'i', 'g', 'Enter');
    const rows = await open.press('Space');
    expect(rows[1]).toContain('auth-fix · claude');
    expect(open.store.getState().ui.filter).toBe('');
  });

  test('a filter narrows while it is written; Esc clears it', async () => {
    start();
    let rows = await open.press('f', 'd', 'o');
    expect(rows.at(-1)).toContain('filter: do');
    expect(rows.join('\n')).not.toContain('api-tests');
    rows = await open.press('z', 'z');
    expect(rows.join('\n')).toContain('No session fits "dozz"');
    rows = await open.press('Escape');
    expect(rows.join('\n')).toContain('api-tests');
  });

  test('what cannot be done says why', async () => {
    start([agent('old', 'completed')]);
    expect((await open.press('Enter')).at(-1)).toContain('Type to the selected agent: old has ended (completed)');
    expect((await open.press('Space')).at(-1)).toContain('nobody waits');
  });

  test('children stand below their parents', async () => {
    start();
    const rows = (await open.settle()).slice(2, 7).map((row) => row.slice(2, 18).trim());
    expect(rows[2]).toMatch(/│ lint-sub/);
  });
});

describe('typing to an agent', () => {
  test('every key but the leave key reaches it, and it is said', async () => {
    typing();
    const rows = await open.press('Enter');
    expect(rows[1]).toContain('TYPING · Ctrl-] stops');
    expect(rows.at(-1)).toContain('TYPING to auth-fix');
    open.screen.send(key('q'), key('Escape'), key('?'), paste('two\nlines'));
    expect(open.terminals.typed).toEqual(['id-auth-fix.1 q<Escape>?two\nlines']);
    const after = await open.press('C-]');
    expect(after.join('\n')).not.toContain('TYPING');
    expect(open.terminals.typed).toHaveLength(1);
  });

  test('the border changes its colour with the mode', async () => {
    typing();
    await open.settle();
    const moving = open.screen.cell(37, 0 + 1).getFgColor();
    await open.press('Enter');
    expect(open.screen.cell(36, 1).getChars()).toBe('╭');
    expect(open.screen.cell(36, 1).getFgColor()).not.toBe(moving);
  });

  test('it ends with the agent', async () => {
    typing();
    await open.press('Enter');
    const agents = Object.values(reachable().project!.agents);
    agents[0]!.status = { ...agents[0]!.status, state: 'failed' };
    open.store.setData({ project: { ...project(agents).project!, hosts: [] } });
    const rows = await open.settle();
    expect(open.store.getState().ui.typing).toBe(false);
    expect(rows.at(-1)).toContain('auth-fix has ended');
  });
});

describe('dialogs', () => {
  test('who cancels a new agent begins afresh; a prompt that was not sent is there again', async () => {
    start();
    await open.press('n', ...'fix it');
    await open.press('Escape');
    expect((await open.press('n')).join('\n')).not.toContain('fix it');
    await open.press('Escape');
    await open.press('m', ...'look here');
    await open.press('Escape');
    expect((await open.press('m')).join('\n')).toContain('look here');
  });

  test('a missing runtime says how to get it, and starts nothing', async () => {
    start();
    await open.press('n', 'BTab', 'Left');
    const rows = (await open.press('Enter')).join('\n');
    expect(rows).toContain('codex is not on this machine. To get it: npm install -g @openai/codex');
  });

  test('a failed request leaves the dialog as it was, with the sentence in it', async () => {
    start();
    await open.press('n', ...'task');
    const rows = (await open.press('Enter')).join('\n');
    expect(rows).toContain('✖ the daemon is not connected yet');
    expect(rows).toContain('task');
  });

  test('Enter alone destroys nothing', async () => {
    start();
    await open.press('x');
    const rows = (await open.press('Enter')).join('\n');
    expect(rows).toContain('Stop auth-fix?');
    expect(open.store.getState().ui.dialogs).toHaveLength(1);
  });

  test('a pasted text of many lines is written, not sent', async () => {
    start();
    await open.press('m');
    open.screen.send(paste('one\r\ntwo\x1b[31m'));
    const rows = (await open.settle()).join('\n');
    expect(rows).toMatch(/one\s+│[\s\S]*two\[31m/);
  });

  test('the palette runs what fits best', async () => {
    start();
    await open.press(':', ...'zoom');
    expect(open.store.getState().ui.dialogs).toHaveLength(1);
    await open.press('Escape', ':', ...'gfw');
    const rows = await open.press('Enter');
    expect(open.store.getState().ui.mode).toBe('zoom');
    expect(rows[1]).toMatch(/^╭ Sessions/);
  });
});

describe('mouse', () => {
  test('a click chooses a session, a click on a hint presses it', async () => {
    start();
    await open.settle();
    open.screen.send(...click(5, 5));
    expect((await open.settle())[1]).toContain('docs · gemini');
    const hints = (await open.settle()).at(-1)!;
    open.screen.send(...click(hints.indexOf('help'), SIZE.rows - 1));
    expect((await open.settle()).join('\n')).toContain('╭ Help');
  });

  test('what was clicked stays below the pointer, in a list and among tiles with more agents than fit', async () => {
    const crowd = Array.from({ length: 60 }, (_, i) => agent(`a${i}`, 'idle', { host: 'h1', createdAt: i }));
    const data = reachable(crowd);
    open = drawn(SIZE, data);
    const at = async (x: number, y: number) => {
      open.screen.send(...click(x, y));
      const rows = await open.settle();
      const { selected } = open.store.getState().ui;
      return { selected, rows };
    };
    await open.settle();
    const listed = await at(5, 25);
    expect(listed.rows[25]).toContain(listed.selected!.slice('id-'.length));
    expect((await at(5, 25)).selected).toBe(listed.selected);
    await open.press('C-]');
    await open.press('t');
    const tiled = await at(SIZE.cols - 10, SIZE.rows - 4);
    expect(tiled.selected).not.toBe(listed.selected);
    expect((await at(SIZE.cols - 10, SIZE.rows - 4)).selected).toBe(tiled.selected);
    await open.press('C-]');
    expect((await at(SIZE.cols - 10, SIZE.rows - 4)).selected).toBe(tiled.selected);
  });

  test('a click on a button of a dialog presses it', async () => {
    start();
    const rows = await open.press('?');
    const y = rows.findIndex((row) => row.includes('[ Close Esc ]'));
    open.screen.send(...click(rows[y]!.indexOf('[ Close') + 3, y));
    expect((await open.settle()).join('\n')).not.toContain('╭ Help');
  });

  test('an open dialog has the bottom line: its own keys, which a click presses, and none of the pane behind it', async () => {
    start();
    const dialogs: [string, string][] = [
      ['n', ' ⏎ start  Tab next  Esc cancel'],
      ['M', ' ⏎ merge  Tab next field  Esc cancel'],
      ['x', ' y stop  Esc cancel'],
      [':', ' ⏎ do it  Esc cancel'],
      ['l', ' Esc close'],
    ];
    for (const [opens, keys] of dialogs) {
      await open.press(opens);
      expect((await open.settle()).at(-1)!.trimEnd()).toBe(keys);
      open.screen.send(...click(keys.indexOf('Esc') + 1, SIZE.rows - 1));
      expect((await open.settle()).at(-1)).toContain('n new');
    }
  });

  test('dragging the border moves it', async () => {
    start();
    await open.settle();
    const mouse = {
      type: 'mouse',
      button: 'left',
      y: 10,
      mods: { shift: false, alt: false, ctrl: false },
      bytes: Buffer.from(''),
    } as const;
    open.screen.send(
      { ...mouse, kind: 'press', x: 36 },
      { ...mouse, kind: 'move', x: 59 },
      { ...mouse, kind: 'release', x: 59 },
    );
    expect((await open.settle())[1]!.indexOf('╮')).toBe(59);
  });
});

test('copy asks the terminal', async () => {
  start();
  await open.press('y');
  expect(open.screen.copied).toEqual(['auth-fix']);
});
