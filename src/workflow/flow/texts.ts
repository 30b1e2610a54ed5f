import { type Expression, expressionOf } from '../../core/flows/expression.ts';
import { commandOf, type Template, templateOf } from '../../core/flows/template.ts';

/** The expressions and templates of one flow, each understood once: items of a batch share theirs. */
export class Texts {
  readonly #known = new Map<string, Expression | Template>();

  expression(text: string, batch = false): Expression {
    return this.#of(`expression ${batch}`, text, () => expressionOf(text, { batch }));
  }

  template(text: string, batch = false): Template {
    return this.#of(`template ${batch}`, text, () => templateOf(text, { batch }));
  }

  /** For the shell. */
  command(text: string, batch = false): Template {
    return this.#of(`command ${batch}`, text, () => commandOf(text, { batch }));
  }

  #of<T extends Expression | Template>(how: string, text: string, make: () => T): T {
    const name = `${how} ${text}`;
    const known = (this.#known.get(name) as T | undefined) ?? make();
    this.#known.set(name, known);
    return known;
  }
}
