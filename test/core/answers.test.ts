import { describe, expect, test } from 'vitest';
import { answerForm } from '../../src/core/answers.ts';

const form = answerForm({
  type: 'object',
  properties: { name: { type: 'string' }, count: { type: 'integer', minimum: 1 } },
  required: ['name', 'count'],
  additionalProperties: false,
});
const good = { name: 'a', count: 2 };

describe('an answer that must fit a schema', () => {
  test.each([
    ['alone', JSON.stringify(good)],
    ['in a fenced block', `Here it is:\n\`\`\`json\n${JSON.stringify(good, null, 2)}\n\`\`\`\nDone.`],
    ['in the last of several', `\`\`\`\nno\n\`\`\`\nand\n\`\`\`json\n${JSON.stringify(good)}\n\`\`\``],
    ['among words', `The answer is ${JSON.stringify(good)} as asked.`],
  ])('is found %s', (_where, text) => {
    expect(form.read(text)).toEqual({ value: good });
  });

  test('is refused with what is wrong', () => {
    expect(form.read('I could not find it.')).toEqual({ wrong: 'it is no JSON' });
    expect(form.read('{"name": "a", "count": 0, "more": 1}')).toEqual({
      wrong: 'the whole must NOT have additional properties (more); count must be >= 1',
    });
    expect(form.read('[]')).toEqual({ wrong: 'the whole must be object' });
    const list = answerForm({ type: 'array', items: { type: 'number' } });
    expect(list.read('{"a": [1, 2]}')).toEqual({ wrong: 'the whole must be array' });
    expect(list.read('["a", 1, "b"]')).toEqual({ wrong: '0 must be number; 2 must be number' });
  });

  test('is asked for with the schema, and again with what was wrong', () => {
    expect(form.ask('Count them.')).toMatch(/^Count them\.\n\n.*JSON and nothing else.*\n\{"type":"object"/);
    expect(form.again('it is no JSON')).toMatch(/^That answer cannot be used: it is no JSON\.\n.*\n\{"type":"object"/);
  });

  test('a schema that is none is said so', () => {
    expect(() => answerForm({ type: 'nonsense' })).toThrow(/^the schema of the answer cannot be used: /);
    expect(() => answerForm({ $ref: '#/nowhere' })).toThrow(/cannot be used/);
  });
});
