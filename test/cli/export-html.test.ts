import { expect, test } from 'vitest';
import { lineHtml, pageHead } from '../../src/cli/export-html.ts';

test('styles become spans, text stays text', () => {
  expect(lineHtml('plain')).toBe('plain');
  expect(lineHtml('a\x1b[0;1;31mred\x1b[0m b')).toBe('a<span style="color:var(--c1);font-weight:bold">red</span> b');
  expect(lineHtml('\x1b[0;38;5;196mx\x1b[0;48;2;1;2;3my')).toBe(
    '<span style="color:rgb(255,0,0)">x</span><span style="background:rgb(1,2,3)">y</span>',
  );
  expect(lineHtml('\x1b[0;7;4;9mx')).toBe(
    '<span style="color:var(--bg);background:var(--fg);text-decoration:underline line-through">x</span>',
  );
  expect(lineHtml('\x1b[0;95;100mx')).toBe('<span style="color:var(--c13);background:var(--c8)">x</span>');
});

test('nothing that an agent prints can become markup, script or another sequence', () => {
  const evil = [
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='x",
    '&lt;&#x3c;',
    '</pre></body>',
    '\x1b]8;;javascript:alert(1)\x07x\x1b[38;5;"><script>m',
    '\x1b[0;38;2;9999;-1;1m<b>',
    '\x1b[1;url(x)mz',
    '\0\x08\x7f',
  ];
  for (const line of evil) {
    const html = lineHtml(line);
    const withoutSpans = html.replace(/<span style="(?:[a-z-]+:[\w\s().,-]+;?)+">|<\/span>/g, '');
    expect(withoutSpans, line).not.toMatch(/[<>"'\x1b\0\x08\x7f]/);
  }
  const page = pageHead('</title><script>', '<i>');
  expect(page).not.toContain('<script');
  expect(page).toContain('&lt;/title&gt;&lt;script&gt;');
  expect(page).toContain('prefers-color-scheme:light');
});
