const LABELS: Record<string, string> = {
  Enter: '⏎',
  BTab: 'S-Tab',
  Escape: 'Esc',
  NPage: 'PgDn',
  PPage: 'PgUp',
  BSpace: '⌫',
  DC: 'Del',
  Up: '↑',
  Down: '↓',
  Left: '←',
  Right: '→',
};

/** A key as people read it: `Enter` is ⏎, `C-]` is Ctrl-]. */
export function keyLabel(key: string): string {
  if (LABELS[key]) return LABELS[key];
  return key.replaceAll('C-', 'Ctrl-').replaceAll('M-', 'Alt-');
}

/** Pressed in a text field it writes something. */
export const isText = (key: string): boolean => [...key].length === 1 || key === 'Space' || key === 'BSpace';
