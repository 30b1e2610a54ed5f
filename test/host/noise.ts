/** Random terminal output of all kinds, the same for the same seed. */
export function noise(seed: number) {
  let state = seed >>> 0 || 1;
  const random = (limit: number) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
  const pick = <T>(list: readonly T[]): T => list[random(list.length)]!;
  const number = () => random(40);
  const makers: (() => string)[] = [
    () => 'plain text and more of it '.repeat(1 + random(6)),
    () => '\r\n'.repeat(1 + random(4)),
    () => Array.from({ length: random(30) }, (_, i) => `line ${i}\r\n`).join(''),
    () => `\x1b[${random(50)};${random(130)}H`,
    () =>
      `\x1b[${pick(['0', '1', '4', '7', '31', '44', '38;5;200', '48;2;1;2;3', '4:3', '58;5;9', '59', '24', '9;53'])}m`,
    () => `\x1b[${random(4)}${pick(['J', 'K'])}`,
    () => `\x1b[${number()}${pick(['A', 'B', 'C', 'D', 'G', 'd', 'L', 'M', 'P', 'S', 'T', 'X', '@', 'b'])}`,
    () => `\x1b[${1 + random(20)};${21 + random(20)}r`,
    () => '\x1b[r',
    () => '日本語 한국어 e\u0301 👩‍💻 🇩🇪 ❤️ ｗｉｄｅ ',
    () =>
      pick([
        '\x1b[?1049h',
        '\x1b[?1049l',
        '\x1b[?7l',
        '\x1b[?7h',
        '\x1b[?25l',
        '\x1b[?25h',
        '\x1bM',
        '\x1bD',
        '\x1b7',
        '\x1b8',
      ]),
    () =>
      pick([
        '\x1bc',
        '\x1b[3J',
        '\x1b#8',
        '\x1b[!p',
        '\x1b[?47h',
        '\x1b[?1047l',
        '\x1bE',
        '\x1b[?45h',
        '\x1b[4h',
        '\x1b[4l',
      ]),
    () => pick(['\x1b]0;a title\x07', '\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\', '\x1b(0lqk\x1b(B', '\t', '\b\b']),
  ];
  return { random, piece: () => pick(makers)() };
}
