import { expect, test } from 'vitest';
import { plainMessage } from '../../src/core/plain-message.ts';

test("of a provider's answer as JSON its own words are shown, of anything else all of it", () => {
  expect(plainMessage('{"error":{"message":"no \\"such\\" model","code":400}}')).toBe('no "such" model');
  expect(plainMessage('HTTP 400: {"type":"error","error":{"message":"bad"}} (try again)')).toBe('bad');
  for (const text of ['plain', '', '{"error":{}}', '{"message":"half', '{"message":""}', '{"message":"\\x"}']) {
    expect(plainMessage(text)).toBe(text);
  }
});
