import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { answerFor, schemaIn } from '../../src/demo/chat/answer.ts';
import { scriptOf } from '../../src/demo/chat/script.ts';
import { makeRepository } from '../support/repository.ts';

const folder = makeRepository();
const text = { type: 'string' };
const FINDINGS = {
  type: 'object',
  properties: {
    verdict: { type: 'string', enum: ['good', 'not yet'] },
    findings: {
      type: 'array',
      maxItems: 30,
      items: {
        type: 'object',
        properties: { file: text, line: { type: 'integer', minimum: 1 }, title: text, real: { type: 'boolean' } },
        required: ['file', 'line', 'title', 'real'],
        additionalProperties: false,
      },
    },
  },
  required: ['verdict', 'findings'],
  additionalProperties: false,
};

const SCHEMAS: Record<string, Record<string, unknown>> = {
  'an object with a list of objects': FINDINGS,
  'a list with a least number': { type: 'array', items: { type: 'number', minimum: 5 }, minItems: 4 },
  'bounds of texts': {
    type: 'object',
    properties: { a: { type: 'string', minLength: 20, maxLength: 22 } },
    required: ['a'],
  },
  'one that refers to itself': {
    type: 'object',
    properties: { node: { $ref: '#/$defs/node' } },
    required: ['node'],
    $defs: { node: { type: 'object', properties: { name: text, next: { $ref: '#/$defs/node' } }, required: ['name'] } },
  },
  'one of several, and all of several': {
    allOf: [
      { type: 'object', properties: { a: { anyOf: [{ type: 'integer' }, { type: 'null' }] } }, required: ['a'] },
      { properties: { b: { const: 'x' } }, required: ['b'] },
    ],
  },
  'no type at all': {},
};

describe('what the demo answers where a shape is asked for', () => {
  test.each(Object.entries(SCHEMAS))('%s', (_, schema) => {
    const check = new Ajv({ strict: false }).compile(schema);
    const answer = answerFor(schema, folder);
    check(answer);
    expect(check.errors, JSON.stringify(answer)).toBeNull();
    expect(answerFor(schema, folder)).toEqual(answer);
  });

  test('names files that are there', () => {
    const { findings } = answerFor(FINDINGS, folder) as { findings: { file: string; title: string }[] };
    expect(findings).toHaveLength(2);
    expect(new Set(findings.map(({ title }) => title)).size).toBe(2);
    for (const { file } of findings) expect(file).not.toMatch(/demo|^\./);
  });
});

describe('a prompt that wants JSON', () => {
  const wish = `Look at it.\nrun over all of it\n\nYour last message must be JSON, fitting this JSON Schema:\n${JSON.stringify(FINDINGS)}`;

  test('is answered by JSON, whatever words its lines begin with', () => {
    expect(schemaIn(wish)).toEqual(FINDINGS);
    const steps = scriptOf(wish, folder);
    expect(steps.map(({ word }) => word)).toEqual(['think', 'tokens', 'say']);
    expect(JSON.parse(steps.at(-1)!.rest)).toMatchObject({ verdict: 'good' });
  });

  test('is a script where it begins with a step', () => {
    expect(scriptOf(`say hello\n${wish}`, folder)[0]).toEqual({ word: 'say', rest: 'hello' });
  });

  test('one that only talks of schemas does not', () => {
    expect(schemaIn('Explain what a JSON Schema is: {}')).toBeNull();
    expect(schemaIn('JSON Schema:\n{broken')).toBeNull();
  });
});
