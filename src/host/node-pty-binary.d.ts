// The calls that node-pty itself is made of (1.1, unix). Its own `open` would also read the program's side of the terminal.
declare module 'node-pty/requireBinary.js' {
  export function requireBinary(file: 'pty.node'): {
    /** A terminal without a program: the descriptors of both its sides, and the name of the program's. */
    open(cols: number, rows: number): { master: number; slave: number; pty: string };
    resize(master: number, cols: number, rows: number): void;
    /** Name of the program in its foreground. */
    process(master: number, pty: string): string | undefined;
  };
}
