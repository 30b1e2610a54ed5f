/** A file that was built: where it goes, and what is in it. */
export interface Output {
  path: string;
  contents: Uint8Array;
}
export const LIST: string;
/** `now` in milliseconds since the epoch; `keep` false: nothing of earlier builds stays. */
export function putOut(folder: string, outputs: Output[], options: { now: number; keep: boolean }): Promise<void>;
