import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { expressionOf, type Scope } from '../../../src/core/flows/expression.ts';
import { argsOf, inputOf } from '../../../src/core/flows/input.ts';
import { FlowError, readFlow } from '../../../src/core/flows/read.ts';
import { commandOf, templateOf } from '../../../src/core/flows/template.ts';
import { TRANSFORMS } from '../../../src/core/flows/transform.ts';

const scope: Scope = {
  input: { n: 3, name: 'x', list: [1, 2], deep: { a: 1 } },
  steps: { a: { status: 'completed', output: { count: 2, items: ['p', 'q'] }, error: null } },
};

/** `line:column path message` of all that is wrong. */
function faults(source: string): string[] {
  try {
    readFlow(source);
    return [];
  } catch (error) {
    if (!(error instanceof FlowError)) throw error;
    return error.faults.map(({ line, column, path, message }) => `${line}:${column} ${path} ${message}`);
  }
}

const yaml = (...steps: string[]) => `name: f\nsteps:\n${steps.map((step) => `  - ${step}\n`).join('')}`;

describe('a file of a flow', () => {
  test('is read from YAML and from JSON alike', () => {
    const flow = readFlow(yaml('{ id: a, kind: agent, prompt: hi }', '{ id: b, kind: code, run: ls, deps: [a] }'));
    expect(flow.steps.map(({ id, deps }) => [id, deps])).toEqual([
      ['a', []],
      ['b', ['a']],
    ]);
    expect(readFlow(JSON.stringify(flow))).toEqual(flow);
  });

  test('says each problem at its place', () => {
    expect(faults('name: f\nsteps: [')[0]).toMatch(/^2:/);
    expect(faults(yaml('{ id: a, kind: agent, prompt: hi, promt: x }'))).toEqual([
      '3:39 steps[0] there is no "promt" here',
    ]);
    expect(faults(yaml('{ id: a, kind: dance }'))).toEqual([
      '3:20 steps[0].kind its kind is one of: agent, code, approval, switch, batch',
    ]);
    expect(faults(yaml('{ id: a, kind: agent, prompt: hi, deps: [b] }'))).toEqual([
      '3:46 steps[0].deps[0] there is no step b; there are: a',
    ]);
    expect(
      faults(yaml('{ id: a, kind: code, run: ls, deps: [b] }', '{ id: b, kind: code, run: ls, deps: [a] }'))[0],
    ).toMatch(/^3:5 steps\[0\] these wait for each other: a ▶ b ▶ a$/);
  });

  test('says where a transform has nothing to work on, and what the path of its result reads', () => {
    expect(faults(yaml('{ id: a, kind: code, transform: count }'))).toEqual([
      '3:5 steps[0] from is missing: what count is to work on',
    ]);
    expect(faults(yaml('{ id: a, kind: batch, over: "[[1]]", do: { kind: code, transform: count } }'))).toEqual([]);
    const whole = (path: string) => faults(`outputFile: "${path}"\n${yaml('{ id: a, kind: code, run: ls }')}`);
    expect(whole('out/{{ steps.a.output }}.txt')).toEqual([]);
    expect(whole('{{ steps.b.output }}')).toEqual(['1:13 outputFile there is no step b']);
  });

  test('says what its expressions and templates have wrong', () => {
    const wrong = (more: string) =>
      faults(yaml('{ id: a, kind: code, run: ls }', `{ id: b, kind: agent, deps: [a], ${more} }`)).join('\n');
    expect(wrong('prompt: "{{ steps.a.output }}"')).toBe('');
    expect(wrong('prompt: "{{ steps.c.output }}"')).toContain('steps[1].prompt there is no step c');
    expect(wrong('prompt: "{{ other }}"')).toContain('there is no other here; there are: input, steps');
    expect(wrong('prompt: "{{ item }}"')).toContain('there is no item here');
    expect(wrong('prompt: "{% include \'x\' %}"')).toContain('tag "include" not found');
    expect(wrong('prompt: hi, when: "1 +"')).toContain('steps[1].when unexpected token: EOF, at character 4');
    expect(wrong('prompt: hi, when: "steps[input.x].output"')).toContain('a step is named where it is read');
    expect(wrong('prompt: hi, when: "item == 1"')).toContain('item is there in a batch alone');
    expect(wrong('prompt: hi, schema: { type: 7 }')).toContain('steps[1].schema');
    const apart = yaml('{ id: a, kind: code, run: ls }', '{ id: b, kind: code, run: ls, when: "steps.a.output == 1" }');
    expect(faults(apart)[0]).toContain('it reads a, for which b does not wait: add a to its deps');
  });

  test('does not take the machine: aliases that stand for billions', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefgh'.split('').map((name, at) => {
        const before = 'abcdefgh'[at];
        return `${name}: &${name} [${Array(9).fill(`*${before}`).join(',')}]`;
      }),
    ].join('\n');
    expect(faults(bomb)[0]).toContain('aliases');
  });

  test('says it in the words of who writes a flow: a second document, an alias of nothing', () => {
    const step = yaml('{ id: a, kind: code, run: ls }');
    expect(faults(`${step}---\n${step}`)).toEqual(['4:1  a second document begins here: a file holds one flow']);
    expect(faults(yaml('{ id: a, kind: agent, prompt: *look }'))).toEqual([
      '3:35  there is no anchor &look before it; a text that begins with * stands in quotes',
    ]);
  });
});

describe('an expression', () => {
  test.each([
    ['input.n == 3 && steps.a.status == "completed"', true],
    ['input.n + 1', 4],
    ['input.n / 2', 1.5],
    ['size(steps.a.output.items)', 2],
    ['steps.a.output.items.map(x, {"k": x})', [{ k: 'p' }, { k: 'q' }]],
    ['has(input.missing)', false],
    ['input.?missing.orValue("none")', 'none'],
  ])('%s', (text, value) => {
    expect(expressionOf(text).value(scope)).toEqual(value);
  });

  test('reaches nothing but values, and guards are true or false', () => {
    expect(() => expressionOf('input.constructor').value(scope)).toThrow('no such key: constructor');
    expect(() => expressionOf('process.env')).toThrow('unknown variable: process');
    expect(() => expressionOf('input.name').holds(scope)).toThrow('it gives a string and not true or false');
  });
});

describe('a template', () => {
  test('puts values into a text, others as JSON', () => {
    expect(templateOf('{{ input.n }} {{ input.deep }} {{ steps.a.output.items | join: "+" }}').text(scope)).toBe(
      '3 {"a":1} p+q',
    );
    expect(() => templateOf('{{ input.missing }}').text(scope)).toThrow('undefined variable: input.missing');
  });

  test('is bounded', () => {
    expect(() => templateOf('{% for i in (1..1000000000) %}x{% endfor %}').text(scope)).toThrow('limit exceeded');
  });
});

describe('a command', () => {
  const nasty = [
    '$(echo run)',
    '`echo run`',
    "'; echo run; '",
    '"; echo run; "',
    'a\nb',
    "it's",
    '\\',
    '*',
    '-n',
    '\u00001\u0000',
  ];
  const sh = (text: string) => execFileSync('/bin/sh', ['-c', text]).toString();
  const given = (name: string): Scope => ({ input: { name }, steps: {} });

  test.each(nasty)('takes %j as one word, in quotes of any kind', (value) => {
    const out = value.replace('\u00001\u0000', '');
    for (const line of [
      "printf '%s' {{ input.name }}",
      'printf \'%s\' "{{ input.name }}"',
      "printf '%s' '{{ input.name }}'",
    ]) {
      expect(sh(commandOf(line).text(given(value)))).toBe(out);
    }
    expect(sh(commandOf("# it's {{ input.name }}\nprintf '%s' 'a{{ input.name }}b'").text(given(value)))).toBe(
      `a${out}b`,
    );
  });

  test('takes no value into a sum, where some shells run what is in it', () => {
    const sum = /^no value can stand in \$\(\( \)\)/;
    expect(() => commandOf('echo $(( (1 + {{ input.n }}) * 2 ))')).toThrow(sum);
    expect(() => commandOf('echo "$(({{ input.n }}))"')).toThrow(sum);
    expect(faults(yaml('{ id: a, kind: code, run: "echo $(({{ input.n }}))" }'))).toEqual([
      expect.stringContaining('steps[0].run no value can stand in'),
    ]);
    const line = "echo $(((1 + 2) * 3)) $(expr {{ input.n }} + 1) '$((' {{ input.n }}";
    expect(sh(commandOf(line).text(scope))).toBe('9 4 $(( 3\n');
  });

  test('has nothing run where the quotes are misjudged: a document within it', () => {
    expect(sh(commandOf('cat <<END\n{{ input.name }}\nEND').text(given('$(echo run)')))).toBe('"$(echo run)"\n');
  });
});

test('transforms', () => {
  expect(TRANSFORMS.json('```json\n{"a": 1}\n```')).toEqual({ a: 1 });
  expect(TRANSFORMS.lines('a\n\nb\n')).toEqual(['a', 'b']);
  expect(TRANSFORMS.join(['a', { b: 1 }])).toBe('a\n{"b":1}');
  expect(TRANSFORMS.count([1, 2])).toBe(2);
  expect(TRANSFORMS.unique([{ a: 1, b: 2 }, { b: 2, a: 1 }, 3])).toEqual([{ a: 1, b: 2 }, 3]);
  expect(TRANSFORMS.flatten([[1], [2, 3]])).toEqual([1, 2, 3]);
  expect(() => TRANSFORMS.json('no')).toThrow('json: this is no JSON: no');
  expect(() => TRANSFORMS.lines([1])).toThrow('lines takes a text, and was given [1]');
});

test('input is checked, filled in and told as a form', () => {
  const flow = {
    input: {
      type: 'object',
      required: ['path'],
      additionalProperties: false,
      properties: {
        path: { type: 'string', description: 'where' },
        n: { type: 'integer', default: 2 },
        how: { enum: ['a', 'b'] },
      },
    },
  };
  expect(inputOf(flow, { path: 'x', n: '5' }).input).toEqual({ path: 'x', n: 5 });
  expect(inputOf(flow, { path: 'x' }).input).toEqual({ path: 'x', n: 2 });
  expect(inputOf(flow, { n: 'many', foo: 1 }).faults).toEqual([
    { name: 'path', message: 'it is required' },
    { name: 'foo', message: 'there is no such input' },
    { name: 'n', message: 'must be integer' },
  ]);
  expect(argsOf(flow)).toEqual({
    path: { type: 'string', description: 'where', required: true },
    n: { type: 'number', default: 2 },
    how: { type: 'string', choices: ['a', 'b'] },
  });
});
