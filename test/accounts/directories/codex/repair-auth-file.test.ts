import {expect, test} from 'vitest'
import type {Account} from '../../../../src/accounts/account.ts'
import {parseAuthFile} from '../../../../src/accounts/directories/codex/auth-file.ts'
import {findReadingProblem} from '../../../../src/accounts/directories/codex/codex-reading.ts'
import {repairAuthFile} from '../../../../src/accounts/directories/codex/repair-auth-file.ts'
import {AUTH_FILE_SAMPLES} from '../../../support/accounts/auth-file-samples.ts'

function read(text: string) {
  const login = parseAuthFile(text)
  return login.kind === 'chatgpt' ? login.account : undefined
}

function toIdentity(account: Account | undefined): string {
  return JSON.stringify([account?.id, account?.tokens.accessToken, account?.tokens.refreshToken])
}

test('every file with a whole login gets a form that the CLI reads, with the same login in it', () => {
  const repaired: string[] = []
  const unlike: string[] = []
  for (const [name, sample] of Object.entries(AUTH_FILE_SAMPLES)) {
    const bytes = Buffer.from(sample)
    const text = repairAuthFile(bytes)
    if (text === undefined) continue
    const before = read(bytes.toString().replace(/^\uFEFF/, ''))
    const isReadable = findReadingProblem(Buffer.from(text)) === undefined
    const isSame = toIdentity(read(text)) === toIdentity(before)
    if (!isReadable || !isSame) unlike.push(name)
    if (findReadingProblem(bytes) !== undefined) repaired.push(name)
  }
  expect(unlike).toEqual([])
  expect(repaired).toEqual(
    expect.arrayContaining(['last_refresh ""', 'id_token opaque', 'BOM', 'account_id number']),
  )
  expect(repaired.length).toBeGreaterThan(60)
})

test('a file that the CLI can read stays as it is, to the letter', () => {
  const text = String(AUTH_FILE_SAMPLES['unknown fields'])
  expect(repairAuthFile(Buffer.from(text))).toBe(text)
})

test('fields that are not in the way stay', () => {
  const file = {...(JSON.parse(String(AUTH_FILE_SAMPLES['last_refresh ""'])) as object), future: 1}
  const text = repairAuthFile(Buffer.from(JSON.stringify(file)))
  expect(JSON.parse(text ?? '')).toMatchObject({future: 1})
})

test('where no token is a JWT, there is no such form', () => {
  const tokens = {access_token: 'opaque', refresh_token: 'r', account_id: 'team'}
  expect(repairAuthFile(Buffer.from(JSON.stringify({tokens})))).toBeUndefined()
})
