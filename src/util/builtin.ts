import { createRequire } from 'node:module';

/**
 * One of Node's own modules without what it makes only when somebody asks for it. An `import` asks for everything: of `node:util`
 * that takes 1.2 ms, of `node:crypto` 1.5, which a short verb feels.
 */
export const builtin = createRequire(import.meta.url) as typeof process.getBuiltinModule;
