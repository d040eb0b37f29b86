import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/seed.ts'],
    // CI has checked the types by the time it runs the tests.
    typecheck: {
      enabled: process.env.CI === undefined,
      include: ['test/**/*.test-d.ts'],
      tsconfig: './tsconfig.json',
    },
    // Functions run on a newer Node.js than the tests may: the SDK's advice to upgrade would fill the output.
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    // As many as there are cores: tests wait for embedded servers as much as they compute.
    maxWorkers: '100%',
    testTimeout: 40_000,
    hookTimeout: 180_000,
  },
});
