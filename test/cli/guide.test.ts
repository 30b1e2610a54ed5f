import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultConfig } from '../../src/storage/config.ts';
import { makeRepository } from '../support/repository.ts';
import { boocode, json } from './boocode.ts';
import { commandsIn, wordsOf } from './commands.ts';

const project = join(import.meta.dirname, '..', '..');
const guide = readFileSync(join(project, 'docs', 'workflows.md'), 'utf8');
const block = (kind: string) => new RegExp(`\`\`\`${kind}\\n([\\s\\S]*?)\`\`\``).exec(guide)![1]!;

let root: string;
beforeAll(() => {
  root = makeRepository();
});
afterAll(() => {
  boocode(root, ['daemon', 'stop', '--agents', '--yes']);
});

/** Writes a workflow of the guide into the project. */
function put(folder: 'workflows' | 'flows', file: string, text: string): void {
  mkdirSync(join(root, '.boocode', folder), { recursive: true });
  writeFileSync(join(root, '.boocode', folder, file), text);
}

describe('the guide for those who write workflows', () => {
  test.each(commandsIn(guide))(
    '%s',
    (line) => {
      expect(line).toMatch(/^boocode /);
      const { code, err } = boocode(root, wordsOf(line), { timeout: 120_000 });
      expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
    },
    150_000,
  );

  test('its script runs', () => {
    put('workflows', 'release-notes.js', block('js'));
    const { code, out, err } = boocode(root, ['workflow', 'run', 'release-notes', '--trust', '-r', 'demo', '--wait']);
    expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^# Release notes\n\n- demo changes 1\n/);
  });

  test('its flow asks, and goes the way that was answered', () => {
    put('flows', 'check-and-ask.yaml', block('yaml'));
    const asked = boocode(root, [
      ...['workflow', 'run', 'check-and-ask', '--trust', '-r', 'demo', '--auto-approve', '--wait', '--arg', 'most=1'],
    ]);
    expect(asked).toMatchObject({ code: 10, err: expect.stringContaining('Is that right?') });
    const { waiting } = json<{ waiting: { id: string }[] }>(root, 'workflow', 'status', 'check-and-ask');
    expect(asked.err).toContain(`boocode approve ${waiting[0]!.id} --answer TEXT`);
    expect(boocode(root, ['approve', waiting[0]!.id, '--answer', 'yes']).code).toBe(0);
    const ended = boocode(root, ['workflow', 'status', 'check-and-ask', '--wait']);
    expect(ended).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\["Noted: Say in one sentence what .* is for/),
    });
    const { steps } = json<{ steps: { id: string; status: string }[] }>(root, 'workflow', 'status', 'check-and-ask');
    const states = Object.fromEntries(steps.map(({ id, status }) => [id, status]));
    expect(states).toMatchObject({ which: 'completed', good: 'completed', bad: 'skipped', 'look[0]': 'completed' });
  });

  test('the flow that new writes runs as it is', () => {
    const asked = boocode(root, ['workflow', 'run', 'note-changes', '-r', 'demo', '--auto-approve', '--wait']);
    expect(asked).toMatchObject({ code: 10, err: expect.stringContaining('Keep this note?') });
    const { waiting } = json<{ waiting: { id: string }[] }>(root, 'workflow', 'status', 'note-changes');
    expect(boocode(root, ['approve', waiting[0]!.id, '--answer', 'drop']).code).toBe(0);
    expect(boocode(root, ['workflow', 'status', 'note-changes', '--wait'])).toMatchObject({ code: 0 });
    const { steps } = json<{ steps: { id: string; status: string }[] }>(root, 'workflow', 'status', 'note-changes');
    const states = Object.fromEntries(steps.map(({ id, status }) => [id, status]));
    expect(states).toMatchObject({ kept: 'skipped', dropped: 'completed' });
  });

  test('the bounds that it names are those of the program', () => {
    const { limits, cache } = defaultConfig.workflows;
    expect(guide).toContain(`at once (${limits.agents})`);
    expect(guide).toContain(`a run (${limits.calls},`);
    expect(guide).toContain(`${cache.entries.toLocaleString('en-US')} results for ${cache.days} days`);
  });
});
