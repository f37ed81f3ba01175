import { defineConfig } from 'vitest/config'

const source = (path: string) => new URL(`src/${path}`, import.meta.url).pathname

export default defineConfig({
  // Examples name the package as its users do; in tests that is the source.
  resolve: {
    alias: [
      { find: /^ios-notifications$/, replacement: source('index.ts') },
      { find: /^ios-notifications\/fastify$/, replacement: source('api/index.ts') },
      { find: /^ios-notifications\/(apns|simulator)$/, replacement: source('$1/index.ts') },
    ],
  },
  test: {
    testTimeout: 60_000,
    hookTimeout: 30_000,
    // What is waited for comes in milliseconds; a start of a process on a busy machine does not.
    expect: { poll: { timeout: 15_000 } },
    // The machine's own proxy is none of the tests' business.
    env: { HTTPS_PROXY: '', https_proxy: '' },
    // Two workers: the suite runs real servers, and on a small machine more of them only wait for each other.
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'own',
          include: ['test/**/*.test.ts'],
          exclude: ['test/faults/**', 'test/interop/**', 'test/admin/**'],
          // To load the modules anew for each of some 240 files takes longer than the tests.
          isolate: false,
        },
      },
      {
        extends: true,
        // It looks for what is left open in its process.
        test: { name: 'faults', include: ['test/faults/*.test.ts'] },
      },
      {
        extends: true,
        test: {
          name: 'interop',
          include: ['test/interop/*.test.ts'],
          globalSetup: 'test/interop/install-servers.ts',
          // These servers share the processors with the tests.
          testTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'admin',
          include: ['test/admin/*.test.ts'],
          globalSetup: 'test/admin/install-browser.ts',
          testTimeout: 240_000,
          hookTimeout: 120_000,
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      // The wire formats are proved by their own tests alone; see the gate in scripts/test.mjs.
      thresholds: { 'src/apns/wire/**': { lines: 100 } },
    },
  },
})
