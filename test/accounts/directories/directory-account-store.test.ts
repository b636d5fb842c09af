import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {describe, expect, test} from 'vitest'
import {toAccount} from '../../../src/accounts/account.ts'
import {toTokenHash} from '../../../src/accounts/tokens/token-hash.ts'
import {StorageError} from '../../../src/errors.ts'
import {buildAuthFile, buildLogin} from '../../support/accounts/build-login.ts'
import {
  NOW_MS,
  ada,
  bob,
  newTokens,
  open,
  makeBase,
  setUp,
  idsOf,
  readAuthFile,
} from '../../support/accounts/directory-accounts.ts'

describe('what is listed', () => {
  test('the default first, then in the order of registration, each with its home', async () => {
    const {base, directories, store} = await setUp('ada', 'bob')
    await directories.setDefault('bob')
    expect(await store.list()).toEqual([
      {...bob, home: path.join(base, 'bob')},
      {...ada, home: path.join(base, 'ada')},
    ])
    expect(await store.get('ada:team')).toEqual({...ada, home: path.join(base, 'ada')})
    expect(await store.get('nobody')).toBeUndefined()
  })

  test('nothing where there is nothing, and nothing is written by reading', async () => {
    const base = makeBase()
    const {store} = open(base)
    expect(await store.list()).toEqual([])
    expect(await store.reload('ada:team')).toBeUndefined()
    expect(existsSync(base)).toBe(false)
  })

  test('folders without a ChatGPT login are left out, and damaged ones are named', async () => {
    const {base, directories, lines, store} = await setUp('ada', 'bob')
    await directories.create('empty')
    writeFileSync(path.join(base, 'ada', 'auth.json'), 'null')
    expect(await idsOf(store)).toEqual(['bob:team'])
    expect(lines).toEqual([
      'warn The login of an account is damaged and is not used {"account":"ada"}',
    ])
  })

  test('two folders of one account are one, the first one whose login works', async () => {
    const {base, directories, store} = await setUp('ada', 'bob')
    await directories.create('twin')
    await directories.writeLogin('twin', newTokens)
    expect(await store.list()).toMatchObject([
      {id: 'ada:team', home: path.join(base, 'ada')},
      {id: 'bob:team'},
    ])

    await store.change('ada:team', {loginRequired: {reason: 'reused', sinceMs: 5}})

    const accounts = await store.list()
    expect(accounts).toMatchObject([
      {id: 'ada:team', home: path.join(base, 'twin'), tokens: newTokens},
      {id: 'bob:team'},
    ])
    expect(accounts[0]).not.toHaveProperty('loginRequired')
    expect(readAuthFile(base, 'ada')).toMatchObject({tokens: {refresh_token: 'refresh-ada-1'}})
  })

  test('a registry that cannot be read is an error, and is read once it can be', async () => {
    const base = makeBase()
    mkdirSync(path.join(base, 'registry.json'), {recursive: true})
    const {store} = open(base)
    await expect(store.list()).rejects.toThrow(StorageError)
    rmSync(path.join(base, 'registry.json'), {recursive: true})
    expect(await store.list()).toEqual([])
  })
})

describe('a damaged status file', () => {
  test.each([
    ['that nobody can understand', (file: string) => writeFileSync(file, '{"statuses":{"ada":')],
    ['that cannot be read', (file: string) => mkdirSync(file)],
  ])('%s hides nobody, is told once, and stays as it is', async (_name, damage) => {
    const {base, lines, store} = await setUp('ada', 'bob')
    damage(path.join(base, 'account_status.json'))
    const before = readdirSync(base)

    expect(await idsOf(store)).toEqual(['ada:team', 'bob:team'])
    expect(await store.reload('bob:team')).toMatchObject({id: 'bob:team'})
    await store.change('ada:team', {tokens: newTokens})

    expect(lines).toEqual(['warn A file of the accounts is damaged {"file":"account_status.json"}'])
    expect(readdirSync(base)).toEqual(before)
  })

  test('takes a new login of an account that is there, and of one that is not', async () => {
    const {base, store} = await setUp('ada')
    mkdirSync(path.join(base, 'account_status.json'))

    await store.add({...ada, tokens: newTokens})
    await store.add(bob)

    expect(await idsOf(store)).toEqual(['ada:team', 'bob:team'])
    expect(readAuthFile(base, 'ada')).toMatchObject({tokens: {refresh_token: 'refresh-ada-2'}})
  })

  test('is kept aside before something is written to it', async () => {
    const {base, store} = await setUp('ada')
    writeFileSync(path.join(base, 'account_status.json'), '{"statuses":{"ada":')

    await store.change('ada:team', {loginRequired: {reason: 'expired', sinceMs: 5}})

    const copy = path.join(base, `account_status.json.corrupt-${NOW_MS}`)
    expect(readFileSync(copy, 'utf8')).toBe('{"statuses":{"ada":')
    expect(await store.get('ada:team')).toMatchObject({loginRequired: {reason: 'expired'}})
  })
})

describe('changes', () => {
  test('new tokens go into the file that the CLI reads', async () => {
    const {base, store} = await setUp('ada')
    await store.change('ada:team', {tokens: newTokens, email: 'x@example.com'})
    expect(await store.get('ada:team')).toMatchObject({
      email: 'ada@example.com',
      tokens: newTokens,
    })
    expect(readAuthFile(base, 'ada')).toMatchObject({
      tokens: {refresh_token: 'refresh-ada-2'},
      last_refresh: new Date(NOW_MS).toISOString(),
    })
    expect(await open(base).store.get('ada:team')).toMatchObject({tokens: newTokens})
  })

  test('what the server said about the lifetime counts more than the local clock', async () => {
    const {base, store} = await setUp('ada')
    const tokens = {...newTokens, expiresAtMs: 7}
    await store.change('ada:team', {tokens})
    expect((await store.reload('ada:team'))!.tokens.expiresAtMs).toBe(7)
    expect((await open(base).store.get('ada:team'))!.tokens.expiresAtMs).toBe(2_000_000_000_000)
  })

  test('are not written over newer ones than those they were traded for', async () => {
    const {base, store} = await setUp('ada')
    const before = (await store.get('ada:team'))?.tokens.refreshToken ?? ''
    await store.change('ada:team', {tokens: newTokens, spentRefreshToken: before})
    const text = readFileSync(path.join(base, 'ada', 'auth.json'), 'utf8')
    expect(text).toContain(newTokens.refreshToken)

    const late = buildLogin({user: 'ada', serial: 9})
    await store.change('ada:team', {tokens: late, spentRefreshToken: before})

    expect(readFileSync(path.join(base, 'ada', 'auth.json'), 'utf8')).toBe(text)
    expect((await store.get('ada:team'))?.tokens.refreshToken).toBe(newTokens.refreshToken)
  })

  test('are not written over the login of somebody else, nor over none', async () => {
    const {base, directories, store} = await setUp('ada')
    await store.list()
    await directories.writeLogin('ada', buildLogin({user: 'eve'}))
    await store.change('ada:team', {tokens: newTokens})
    expect(readAuthFile(base, 'ada')).toMatchObject({tokens: {refresh_token: 'refresh-eve-1'}})
    expect(await idsOf(store)).toEqual(['eve:team'])

    rmSync(path.join(base, 'ada', 'auth.json'))
    await store.change('eve:team', {tokens: newTokens})
    expect(existsSync(path.join(base, 'ada', 'auth.json'))).toBe(false)
  })

  test('a slow writer does not bring back a refresh token that is used up', async () => {
    const {base, store} = await setUp('ada')
    await store.list()
    await open(base).store.change('ada:team', {tokens: newTokens})
    const late = buildLogin({user: 'ada', serial: 3})
    await store.change('ada:team', {tokens: late, spentRefreshToken: 'refresh-ada-1'})
    expect(readAuthFile(base, 'ada')).toMatchObject({tokens: {refresh_token: 'refresh-ada-2'}})
    expect((await store.get('ada:team'))!.tokens).toEqual(newTokens)
  })

  test('a removed account takes its tokens with it, and no late change brings it back', async () => {
    const {base, store} = await setUp('ada', 'bob')
    await store.list()
    await open(base).store.remove('ada:team')
    await store.change('ada:team', {
      tokens: newTokens,
      loginRequired: {reason: 'expired', sinceMs: 1},
    })
    expect(await idsOf(store)).toEqual(['bob:team'])
    expect(existsSync(path.join(base, 'ada'))).toBe(false)
  })

  test('removing takes every folder of the account, and what is not there is no error', async () => {
    const {base, directories, store} = await setUp('ada', 'bob')
    await directories.create('twin')
    await directories.writeLogin('twin', newTokens)
    await store.remove('ada:team')
    await store.remove('nobody')
    expect(await idsOf(store)).toEqual(['bob:team'])
    expect((await directories.folders()).map(({name}) => name)).toEqual(['bob'])
    expect(existsSync(path.join(base, 'twin'))).toBe(false)
  })

  test('adding renews the folder of the account, else makes one', async () => {
    const {base, store} = await setUp('ada')
    await store.add({...ada, tokens: newTokens})
    await store.add(bob)
    expect(await idsOf(store)).toEqual(['ada:team', 'bob:team'])
    expect(readAuthFile(base, 'ada')).toMatchObject({tokens: {refresh_token: 'refresh-ada-2'}})
    expect(readdirSync(base).filter((name) => !name.includes('.'))).toEqual(['ada', 'bob'])
  })

  test('many at once all count', async () => {
    const {base, store} = await setUp('ada')
    await Promise.all([
      store.change('ada:team', {tokens: newTokens}),
      store.add(bob),
      store.change('ada:team', {loginRequired: {reason: 'expired', sinceMs: 1}}),
      open(base).store.add(toAccount(buildLogin({user: 'eve'}))),
    ])
    expect((await idsOf(open(base).store)).toSorted()).toEqual(['ada:team', 'bob:team', 'eve:team'])
    expect(await open(base).store.get('ada:team')).toMatchObject({tokens: newTokens})
  })

  test('one that cannot be written says so and keeps the state before', async () => {
    const {base, store} = await setUp('ada')
    rmSync(path.join(base, 'registry.json.lock'))
    mkdirSync(path.join(base, 'registry.json.lock'))
    await expect(store.add(bob)).rejects.toThrow(StorageError)
    expect(await idsOf(store)).toEqual(['ada:team'])
    rmSync(path.join(base, 'registry.json.lock'), {recursive: true})
    await store.add(bob)
    expect(await idsOf(store)).toEqual(['ada:team', 'bob:team'])
  })
})

describe('a login that ended', () => {
  const loginRequired = {
    reason: 'reused',
    sinceMs: 5,
    rotatedBy: '/home/ada/.codex',
    rotatedAtMs: 4,
  } as const

  test('a refusal of a token that is no longer there marks nothing', async () => {
    const {store} = await setUp('ada')
    await store.change('ada:team', {loginRequired, spentRefreshToken: 'refresh-ada-0'})
    expect(await store.get('ada:team')).not.toHaveProperty('loginRequired')
  })

  test('is marked beside the file of the CLI, for every process', async () => {
    const {base, directories, store} = await setUp('ada')
    await store.change('ada:team', {loginRequired})
    expect((await store.get('ada:team'))!.loginRequired).toEqual(loginRequired)
    expect((await open(base).store.get('ada:team'))!.loginRequired).toEqual(loginRequired)
    expect(await directories.status('ada')).toEqual({
      lastError: 'auth_failed',
      loginRequired: {...loginRequired, refreshTokenHash: toTokenHash('refresh-ada-1')},
    })
    expect(JSON.stringify(readAuthFile(base, 'ada'))).not.toContain('loginRequired')
  })

  test('works again after a new login, whoever made it', async () => {
    const {base, store} = await setUp('ada')
    await store.change('ada:team', {loginRequired})
    writeFileSync(path.join(base, 'ada', 'auth.json'), buildAuthFile(newTokens))
    expect(await store.reload('ada:team')).toEqual({
      ...ada,
      home: path.join(base, 'ada'),
      tokens: newTokens,
    })
  })

  test('works again when it is added again, even with the same token', async () => {
    const {directories, store} = await setUp('ada')
    await store.change('ada:team', {loginRequired})
    await store.add(ada)
    expect(await store.get('ada:team')).not.toHaveProperty('loginRequired')
    expect(await directories.status('ada')).toEqual({})
  })

  test('the mark can be taken away', async () => {
    const {directories, store} = await setUp('ada')
    await store.change('ada:team', {loginRequired})
    await store.change('ada:team', {loginRequired: null})
    expect(await store.get('ada:team')).not.toHaveProperty('loginRequired')
    expect(await directories.status('ada')).toEqual({})
  })
})
