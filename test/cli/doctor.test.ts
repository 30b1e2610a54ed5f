import { describe, expect, test } from 'vitest';
import { endsAtLogout, readLogind } from '../../src/cli/doctor/logout.ts';

describe('what a logout ends', () => {
  const settings = (...texts: string[]) => readLogind(texts);

  test('nothing by default, nor when the setting is a comment', () => {
    expect(endsAtLogout(settings(), 'ann')).toBe(false);
    expect(endsAtLogout(settings('[Login]\n#KillUserProcesses=yes\n'), 'ann')).toBe(false);
  });

  test('everything of a user with KillUserProcesses, root excepted', () => {
    const killing = settings('[Login]\nKillUserProcesses = yes\n');
    expect(endsAtLogout(killing, 'ann')).toBe(true);
    expect(endsAtLogout(killing, 'root')).toBe(false);
  });

  test('a drop-in overrules the main file', () => {
    expect(endsAtLogout(settings('KillUserProcesses=yes', 'KillUserProcesses=no'), 'ann')).toBe(false);
  });

  test('only the users named, and never those excepted', () => {
    expect(endsAtLogout(settings('KillUserProcesses=1\nKillOnlyUsers=bob'), 'ann')).toBe(false);
    expect(endsAtLogout(settings('KillUserProcesses=on\nKillExcludeUsers=root ann'), 'ann')).toBe(false);
  });
});
