import {expect, test} from 'vitest'
import {ConfigurationError} from '../../src/errors.ts'
import {readCodexClient} from '../../src/codex/codex-client.ts'

function read(version?: string) {
  return readCodexClient({
    arch: 'arm64',
    platform: 'darwin',
    env: version === undefined ? {} : {CODEX_CLIENT_VERSION: version},
  })
}

test.each([undefined, '', '  '])(
  'without a wish (%j) it is the newest client we know',
  (version) => {
    expect(read(version)).toEqual({
      clientVersion: '0.171.0',
      userAgent: 'codex_cli_rs/0.171.0 (Mac OS Unknown; arm64) unknown',
    })
  },
)

test.each(['0.180.0', ' 1.2.3 ', '0.172.0-alpha.1'])('it can be raised to %j', (version) => {
  expect(read(version)).toEqual({
    clientVersion: version.trim(),
    userAgent: `codex_cli_rs/${version.trim()} (Mac OS Unknown; arm64) unknown`,
  })
})

test.each([
  'latest',
  '0.180',
  'v0.180.0',
  '0.180.0 (x)',
  '0.1.2\r\nx: y',
  '1.2.3&a=b',
  '1.2.123456',
])('%j is no version', (version) => {
  expect(() => read(version)).toThrow(ConfigurationError)
  expect(() => read(version)).toThrow('CODEX_CLIENT_VERSION must be a version of the Codex CLI')
})
