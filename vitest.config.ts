import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    // Of the real CLIs the two that most people have; all of them: npm run test:agents.
    exclude: ['**/node_modules/**', 'test/agents/!(claude|codex).test.ts'],
    globalSetup: ['test/support/run.ts'],
    setupFiles: ['test/support/setup.ts'],
    // Two cores: more workers than that make real processes starve each other.
    maxWorkers: 2,
    // What hangs is told by the state that it waits for (test/support/wait.ts), in less than this, on a loaded machine too.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
