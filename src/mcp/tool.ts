import type * as z from 'zod';
import type { Asker } from './asker.ts';

/** A tool as the agent is offered it. Its names and words are the agent's to read. */
export interface Tool<Input extends z.ZodObject = z.ZodObject> {
  name: string;
  title: string;
  description: string;
  input: Input;
  /** The answer, which is given as JSON. Expected failures are thrown as BooError. */
  run(asker: Asker, args: z.infer<Input>): Promise<unknown>;
}

/** Keeps the types of a tool's arguments together; in a list they are checked before `run`. */
export const tool = <Input extends z.ZodObject>(one: Tool<Input>): Tool => one as unknown as Tool;
