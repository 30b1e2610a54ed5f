import { defineConfig } from 'vitest/config';

/** The real CLIs, driven against scripted models: `npm run test:agents`. */
export default defineConfig({
  test: {
    include: ['test/agents/**/*.test.ts'],
    globalSetup: ['test/support/run.ts'],
    setupFiles: ['test/support/setup.ts'],
    // Each CLI takes a core and hundreds of megabytes while it starts.
    maxWorkers: 1,
    // With the install of a CLI into the cache.
    testTimeout: 240_000,
    hookTimeout: 360_000,
  },
});
