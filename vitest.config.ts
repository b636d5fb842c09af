import {defineConfig} from 'vitest/config'

export default defineConfig({
  test: {
    dir: 'test',
    globalSetup: 'test/support/processes/guard-machine.ts',
    testTimeout: 60_000,
    expect: {poll: {timeout: 15_000, interval: 20}},
    maxWorkers: 4,
    isolate: false,
  },
})
