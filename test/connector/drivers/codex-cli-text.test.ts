import {expect, test} from 'vitest'
import {readLoginStatus} from '../../../src/connector/drivers/codex-cli/codex-cli-driver.ts'
import {
  createDeviceTextReader,
  isTrustedUrl,
} from '../../../src/connector/drivers/codex-cli/parse-device-text.ts'
import {readCliError} from '../../../src/connector/drivers/codex-cli/read-cli-error.ts'

const OPENAI = new URL('https://auth.openai.com')

function read(text: string, issuer = OPENAI) {
  const reader = createDeviceTextReader(issuer)
  return text.split('\n').reduce((found: unknown, line) => reader.push(line) ?? found, undefined)
}

/** What 0.171.0 prints, without its colours. */
const toOutput = (url: string, code: string) => `Welcome to Codex [v0.171.0]
OpenAI's command-line coding agent

Follow these steps to sign in with ChatGPT using device code authorization:

1. Open this link in your browser and sign in to your account
   ${url}

2. Enter this one-time code (expires in 15 minutes)
   ${code}

Continue only if you started this login in Codex.`

test.each(['ABCD-EFGH', 'EMU1-ABCDE', 'ABC-DEF-GHI', 'ABCDEF-GHIJKLMN'])(
  'a code such as %s is read in whole',
  (userCode) => {
    const verificationUrl = 'https://auth.openai.com/codex/device'
    expect(read(toOutput(verificationUrl, userCode))).toEqual({userCode, verificationUrl})
  },
)

test.each(['https://evil.example/codex/device', 'http://auth.openai.com/codex/device'])(
  'a link to %s is never shown',
  (url) => expect(read(toOutput(url, 'ABCD-EFGH'))).toBeUndefined(),
)

test('what looks like a code before it is announced is none', () => {
  const output = `BASE-2026\n${toOutput('https://auth.openai.com/codex/device', 'ABCD-EFGH')}`
  expect(read(output)).toMatchObject({userCode: 'ABCD-EFGH'})
})

test.each([
  ['https://auth.openai.com@evil.example/', false],
  ['https://auth.openai.com.evil.example/', false],
  ['javascript:alert(1)', false],
  ['https://chatgpt.com/device', true],
])('users may be sent to %s: %s', (url, expected) => {
  expect(isTrustedUrl(url, OPENAI)).toBe(expected)
})

test('an authorization server that was set is trusted at its own address only', () => {
  const issuer = new URL('http://127.0.0.1:8080')
  expect(isTrustedUrl('http://127.0.0.1:8080/codex/device', issuer)).toBe(true)
  expect(isTrustedUrl('http://127.0.0.1:9090/codex/device', issuer)).toBe(false)
})

test.each([
  [
    'Error logging in: device code request failed with status 429 Too Many Requests',
    'rate_limited',
  ],
  [
    'Error logging in: device code login is not enabled for this Codex server. Use the browser login or verify the server URL.',
    'device_auth_disabled',
  ],
  ['ChatGPT login is disabled. Use API key login instead.', 'login_disabled_by_policy'],
  ['device auth timed out after 15 minutes', 'expired'],
  ['Login was not completed', 'cancelled'],
  ['error sending request for url (https://auth.openai.com/)', 'network'],
  ['device auth failed with status 400 Bad Request', 'server_error'],
])('%j means %s', (text, code) => {
  expect(readCliError(text)).toBe(code)
})

test.each([
  ['Logged in using ChatGPT', 'chatgpt'],
  ['Logged in using an API key - sk-proj-***ABCDE', 'api_key'],
  ['API key configured - sk-proj-***ABCDE', 'api_key'],
  ['Not logged in', 'none'],
])('the status %j means %s', (text, method) => {
  expect(readLoginStatus(text)).toBe(method)
})
