import {writeFileSync} from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import {expect, test} from 'vitest'
import {
  createCodexCliDriver,
  type CliWay,
} from '../../../src/connector/drivers/codex-cli/codex-cli-driver.ts'
import {makeTemporaryFolder} from '../../support/temporary-folder.ts'

/** A code that nobody types, with a CLI that says so after its fifteen minutes, and with one that says nothing. */

const QUARTER_MS = 15 * 60_000

const SENTENCE = 'device auth timed out after 15 minutes'
const URL_OF_CODE = 'https://auth.openai.com/codex/device'
const COMPLETED = `{"method":"account/login/completed","params":{"loginId":"one","success":false,"error":"${SENTENCE}"}}`

/** Speaks as 0.171.0 does; without `isTold` it then waits until it is stopped. */
function writeCli(isTold: boolean): string {
  const file = path.join(makeTemporaryFolder(), 'codex')
  const started = `{"id":2,"result":{"loginId":"one","userCode":"ABCD-EFGH","verificationUrl":"${URL_OF_CODE}"}}`
  const script = `#!/bin/sh
if [ "$1" = app-server ]; then
  while read -r line; do
    case $line in
      *'"initialize"'*) echo '{"id":1,"result":{}}' ;;
      *login/start*) echo '${started}'; ${isTold ? `echo '${COMPLETED}'` : ':'} ;;
    esac
  done
  exit 0
fi
echo '1. Open this link in your browser and sign in to your account'
echo '   ${URL_OF_CODE}'
echo '2. Enter this one-time code (expires in 15 minutes)'
echo '   ABCD-EFGH'
${isTold ? `echo 'Error logging in with device code: ${SENTENCE}' >&2; exit 1` : 'exec sleep 600'}
`
  writeFileSync(file, script, {mode: 0o755})
  return file
}

test.skipIf(process.platform === 'win32').each([
  ['app-server', true],
  ['app-server', false],
  ['text', true],
  ['text', false],
] as const)('by its %s, the code has expired; the CLI says so: %s', async (way: CliWay, isTold) => {
  const shown = openPromise<{expiresAtMs: number; userCode: string}>()
  const waited: number[] = []
  const driver = createCodexCliDriver({
    codex: writeCli(isTold),
    ways: [way],
    issuer: new URL('https://auth.openai.com'),
    env: {PATH: process.env['PATH']},
    platform: process.platform,
    now: () => 0,
    // Only the time of the code passes, and only once it is shown.
    delay: async (milliseconds) => {
      waited.push(milliseconds)
      await shown.promise
      if (isTold || (milliseconds < QUARTER_MS && way === 'app-server')) await new Promise(() => {})
    },
  })

  const login = driver.logIn(
    {kind: 'codex-home', folder: makeTemporaryFolder()},
    {onCode: shown.resolve, signal: new AbortController().signal},
  )

  await expect(login).rejects.toMatchObject({name: 'ConnectorError', code: 'expired'})
  expect(await shown.promise).toMatchObject({userCode: 'ABCD-EFGH', expiresAtMs: QUARTER_MS})
  expect(Math.max(...waited)).toBeLessThanOrEqual(QUARTER_MS + 60_000)
})

function openPromise<Value>() {
  const opened: {resolve: (value: Value) => void} = {resolve: () => {}}
  const promise = new Promise<Value>((resolve) => {
    opened.resolve = resolve
  })
  return {promise, resolve: (value: Value) => opened.resolve(value)}
}
