interface Output {
  write(
    x: number,
    y: number,
    text: string,
    options: { transformers: ((text: string, index: number) => string)[] },
  ): void;
  clip(clip: { x1?: number; x2?: number; y1?: number; y2?: number }): void;
  unclip(): void;
  get(): { output: string; height: number };
}
export type OutputClass = new (size: { width: number; height: number }) => Output;

export function plainRow(narrow: string): RegExp;
export function withRows(Output: OutputClass, isPlain: (text: string) => boolean): OutputClass;
