import { expect, test } from 'vitest';
import { notification, notificationKind } from '../../src/cockpit/tty/notification.ts';

test('by what the terminal is known to take', () => {
  expect(notification({ TERM_PROGRAM: 'iTerm.app' }, 'hello')).toBe('\x1b]9;BooCode: hello\x07');
  expect(notification({ TERM: 'foot-extra' }, 'hello')).toBe('\x1b]777;notify;BooCode;hello\x1b\\');
  expect(notificationKind({ TERM: 'xterm-kitty' })).toBe(9);
  expect(notificationKind({ TERM: 'xterm-256color', VTE_VERSION: '7600' })).toBe(777);
  expect(notificationKind({ TERM: 'xterm-ghostty', TERM_PROGRAM: 'ghostty' })).toBe(9);
  for (const env of [{}, { TERM: 'linux' }, { TERM: 'xterm-256color' }, { TERM_PROGRAM: 'Apple_Terminal' }])
    expect(notification(env, 'hello')).toBeNull();
});

test('in tmux by the terminal around it, passed through', () => {
  const env = { TMUX: '/tmp/tmux-1/default,1,0', TERM: 'tmux-256color', TERM_PROGRAM: 'tmux' };
  expect(notification(env, 'hello', ' screen')).toBeNull();
  expect(notification(env, 'hello', 'WezTerm 20240203 xterm-256color')).toBe(
    '\x1bPtmux;\x1b\x1b]777;notify;BooCode;hello\x1b\x1b\\\x1b\\',
  );
  expect(notificationKind(env, 'iTerm2 3.5.0 xterm-256color')).toBe(9);
  expect(notificationKind({ ...env, LC_TERMINAL: 'iTerm2' }, '')).toBe(9);
});
