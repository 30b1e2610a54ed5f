import type { Answer } from '../../schema/approval.ts';
import { isObject, type Json, objectOf, parseObject } from '../json.ts';

/** What a PermissionRequest hook prints so that its agent does what was decided. `payload` is what it was run with. */
export function decisionOf(payload: string, { verdict, reason, answers }: Answer): string {
  const decision =
    verdict === 'deny'
      ? { behavior: 'deny', message: reason || 'The person you work for does not want this.' }
      : { behavior: 'allow', ...answered(objectOf(parseObject(payload.trim())?.tool_input), answers) };
  return JSON.stringify({ hookSpecificOutput: { hookEventName: 'PermissionRequest', decision } });
}

/** Answers to questions go back with the call's own arguments, by the text of each. */
function answered(input: Json, answers: Answer['answers']): Json {
  if (!answers || !Array.isArray(input.questions)) return {};
  const byText = input.questions.map((one, index) => [
    isObject(one) ? one.question : '',
    (answers[index] ?? []).join(', '),
  ]);
  return { updatedInput: { ...input, answers: Object.fromEntries(byText) } };
}
