import type { AcpConfigOption, AcpSession, AcpUpdate } from '../../schema/acp.ts';
import type { Report } from '../say.ts';

interface Choice {
  id: string;
  name: string;
}
interface Setting {
  current: string | null;
  choices: Choice[];
  /** Id of the config option it is set by; null: by its own method. */
  option: string | null;
  /** What its own method takes beside the option's choices: the models of codex-acp with their effort, `gpt-5.5[high]`. */
  listed: ReadonlySet<string>;
}
type Configured = Omit<Extract<Report, { type: 'configured' }>, 'type'>;

/** Models and modes of a session, and what they are now. Agents tell them as modes, as models, or as options with a category. */
export class Options {
  readonly mode: Setting = fresh();
  readonly model: Setting = fresh();

  opened({ modes, models, configOptions }: AcpSession): void {
    if (modes) Object.assign(this.mode, { current: modes.currentModeId, choices: modes.availableModes });
    if (models) {
      const choices = models.availableModels.map(({ modelId, name }) => ({ id: modelId, name }));
      const listed = new Set(choices.map(({ id }) => id));
      Object.assign(this.model, { current: models.currentModelId, choices, listed });
    }
    this.#options(configOptions);
  }

  /** True when the update was about them. */
  updated(update: AcpUpdate): boolean {
    if (update.sessionUpdate === 'current_mode_update') {
      this.mode.current = update.currentModeId;
      return true;
    }
    if (update.sessionUpdate !== 'config_option_update') return false;
    this.#options(update.configOptions);
    return true;
  }

  /** The config option that sets a mode or model to this value; null: its own method does. */
  optionFor({ option, choices, listed }: Setting, value: string): string | null {
    return listed.has(value) && !choices.some(({ id }) => id === value) ? null : option;
  }

  configured(): Configured {
    const { mode, model } = this;
    return {
      ...(model.current !== null && { model: model.current }),
      ...(mode.current !== null && { mode: mode.current }),
      ...(model.choices.length > 0 && { models: model.choices }),
      ...(mode.choices.length > 0 && { modes: mode.choices }),
    };
  }

  #options(options: AcpSession['configOptions']): void {
    for (const option of options ?? []) {
      const setting = option?.category === 'mode' ? this.mode : option?.category === 'model' ? this.model : undefined;
      if (!option || !setting || option.currentValue === undefined) continue;
      Object.assign(setting, { current: option.currentValue, choices: choicesOf(option), option: option.id });
    }
  }
}

const fresh = (): Setting => ({ current: null, choices: [], option: null, listed: new Set() });

const choicesOf = ({ options }: AcpConfigOption): Choice[] =>
  (options ?? [])
    .flatMap((one) => ('options' in one ? one.options : [one]))
    .map(({ value, name }) => ({ id: value, name }));
