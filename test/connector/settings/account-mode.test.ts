import {writeFileSync} from 'node:fs'
import path from 'node:path'
import {expect, test} from 'vitest'
import {isAccountModeEnabled} from '../../../src/connector/settings/account-mode.ts'
import {makeTemporaryFolder} from '../../support/temporary-folder.ts'

const NAME = 'ORCH_CODEX_ACCOUNT_MODE_ENABLED'

test.each(['1', 'true', 'yes', 'on', ' TRUE ', 'On', 'YES'])(
  '%j turns account mode on',
  async (value) => {
    expect(await isAccountModeEnabled({env: {[NAME]: value}})).toBe(true)
  },
)

test.each(['0', 'false', 'no', 'off', '', 'enabled', '2', undefined])(
  '%j does not',
  async (value) => {
    expect(await isAccountModeEnabled({env: {[NAME]: value}})).toBe(false)
  },
)

test.each([
  [`${NAME}=true`, true],
  [`export ${NAME} = "yes" # for now`, true],
  [`OTHER=1\r\n${NAME}='on'\r\n`, true],
  [`${NAME}=true # since May`, true],
  [`# ${NAME}=true`, false],
  [`${NAME}=true\n${NAME}=false`, false],
  [`MY_${NAME}=true`, false],
])('an .env file with %j', async (text, expected) => {
  const envFile = path.join(makeTemporaryFolder(), '.env')
  writeFileSync(envFile, text)
  expect(await isAccountModeEnabled({env: {}, envFile})).toBe(expected)
})

test('the environment has the first word, and a file that is not there says nothing', async () => {
  const envFile = path.join(makeTemporaryFolder(), '.env')
  expect(await isAccountModeEnabled({env: {}, envFile})).toBe(false)
  writeFileSync(envFile, `${NAME}=true`)
  expect(await isAccountModeEnabled({env: {[NAME]: 'off'}, envFile})).toBe(false)
})
