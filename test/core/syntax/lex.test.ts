import { expect, test } from 'vitest';
import { languageOf } from '../../../src/core/syntax/languages.ts';
import { lexLine, type Open } from '../../../src/core/syntax/lex.ts';

/** Each line with its tokens as `kind:text`. */
function lexed(file: string, ...lines: string[]): string[][] {
  const language = languageOf(file)!;
  let open: Open = null;
  return lines.map((text) => {
    const lexing = lexLine(language, text, open);
    open = lexing.open;
    return lexing.tokens.map(([from, to, kind]) => `${kind}:${text.slice(from, to)}`);
  });
}

test('words, strings, numbers and comments', () => {
  expect(lexed('a.ts', "const a = 'x\\'y' + 0x1f; // done")).toEqual([
    ['keyword:const', "string:'x\\'y'", 'number:0x1f', 'comment:// done'],
  ]);
  expect(lexed('a.py', 'def f(): # no')).toEqual([['keyword:def', 'comment:# no']]);
  expect(lexed('x/Makefile', 'ifeq a#b')).toEqual([['keyword:ifeq']]);
});

test('what is open goes on in the next line', () => {
  expect(lexed('a.go', '/* one', 'two */ return', 'x := `a', 'b`')).toEqual([
    ['comment:/* one'],
    ['comment:two */', 'keyword:return'],
    ['string:`a'],
    ['string:b`'],
  ]);
});

test('an apostrophe alone is no string, a name is no keyword', () => {
  expect(lexed('a.rs', "fn f<'a>(x: &'a str) {}")).toEqual([['keyword:fn', 'keyword:str']]);
  expect(lexed('a.ts', "newest don't if")).toEqual([['keyword:if']]);
});

test('a file of no known kind has no language', () => {
  expect(languageOf('notes')).toBeNull();
  expect(languageOf('a.constructor')).toBeNull();
});

test('tokens lie in order within the line, whatever it holds', () => {
  const signs = ['"', "'", '`', '\\', '/*', '*/', '//', '#', 'if', ' ', '1', '\u0301', '👍'];
  for (let round = 0; round < 300; round++) {
    const text = Array.from({ length: 20 }, (_, at) => signs[(round * 7 + at * (round % 11)) % signs.length]).join('');
    let last = 0;
    for (const [from, to] of lexLine(languageOf('a.ts')!, text, null).tokens) {
      expect(from).toBeGreaterThanOrEqual(last);
      expect(to).toBeGreaterThan(from);
      last = to;
    }
    expect(last).toBeLessThanOrEqual(text.length);
  }
});
