import {existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {describe, expect, test} from 'vitest'
import {toTokenHash} from '../../../src/accounts/tokens/token-hash.ts'
import {withFileLock} from '../../../src/files/file-lock.ts'
import {buildAuthFile, buildLogin} from '../../support/accounts/build-login.ts'
import {
  bob,
  newTokens,
  open,
  makeBase,
  makeHome,
  setUp,
  idsOf,
} from '../../support/accounts/directory-accounts.ts'
import {eventually} from '../../support/eventually.ts'

describe('homes that are not registered', () => {
  test('are used where they are, after those that are', async () => {
    const {base} = await setUp('ada')
    const home = makeHome('bob')
    const {store} = open(base, [home])
    expect(await store.list()).toMatchObject([{id: 'ada:team'}, {id: 'bob:team', home}])

    await store.change('bob:team', {tokens: buildLogin({user: 'bob', serial: 2})})
    const text = readFileSync(path.join(home, 'auth.json'), 'utf8')
    expect(JSON.parse(text)).toMatchObject({tokens: {refresh_token: 'refresh-bob-2'}})
  })

  test('are renewed where they are', async () => {
    const base = makeBase()
    const home = makeHome('bob')
    const {store} = open(base, [home])
    await store.change('bob:team', {loginRequired: {reason: 'expired', sinceMs: 1}})
    expect((await store.get('bob:team'))!.loginRequired).toEqual({reason: 'expired', sinceMs: 1})
    await store.add(bob)
    expect(await store.list()).toEqual([{...bob, home}])
    expect(existsSync(base)).toBe(false)
  })

  test('stay as they are when their account is removed', async () => {
    const home = makeHome('bob')
    const {store} = open(makeBase(), [home])
    const before = readFileSync(path.join(home, 'auth.json'), 'utf8')
    await store.remove('bob:team')
    expect(await store.list()).toEqual([])
    expect(readFileSync(path.join(home, 'auth.json'), 'utf8')).toBe(before)
    await store.add(bob)
    expect(await idsOf(store)).toEqual(['bob:team'])
  })
})

describe('other processes', () => {
  test('their changes are seen when asked to look', async () => {
    const {base, store} = await setUp('ada')
    await store.list()
    await open(base).store.change('ada:team', {tokens: newTokens})
    expect((await store.reload('ada:team'))!.tokens).toEqual(newTokens)
  })

  test('their changes are seen after a second at the latest, even where nobody tells of them', async () => {
    const {base, clock, store} = await setUp('ada')
    await store.list()
    // Closing the store ends the watch: what is left is looking.
    store.close()
    await open(base).store.add(bob)
    clock.nowMs += 999
    expect(await idsOf(store)).toEqual(['ada:team'])
    clock.nowMs += 1
    expect(await idsOf(store)).toEqual(['ada:team', 'bob:team'])
    await open(base).store.change('ada:team', {tokens: newTokens})
    clock.nowMs -= 5000
    expect((await store.get('ada:team'))!.tokens).toEqual(newTokens)
  })

  test('a file that only looks the same is read again when asked to', async () => {
    const {base, store} = await setUp('ada')
    const file = path.join(base, 'ada', 'auth.json')
    await store.list()
    writeFileSync(file, buildAuthFile(newTokens))
    utimesSync(file, 1, 1)
    expect((await store.reload('ada:team'))!.tokens).toEqual(newTokens)
  })

  test('listeners hear of logins, logouts and logins that ended elsewhere', async () => {
    const {base, store} = await setUp('ada')
    await store.list()
    const seen: string[] = []
    store.watch(async () => {
      const accounts = await store.list()
      seen.push(accounts.map(({id, loginRequired}) => `${id} ${loginRequired?.reason}`).join())
    })
    const other = open(base).store

    await other.add(bob)
    await eventually(() => expect(seen.at(-1)).toBe('ada:team undefined,bob:team undefined'))
    await other.change('bob:team', {loginRequired: {reason: 'expired', sinceMs: 1}})
    await eventually(() => expect(seen.at(-1)).toBe('ada:team undefined,bob:team expired'))
    await other.remove('ada:team')
    await eventually(() => expect(seen.at(-1)).toBe('bob:team expired'))
  })

  test('a registry that breaks meanwhile does not take the accounts away', async () => {
    const {base, clock, lines, store} = await setUp('ada')
    await store.list()
    rmSync(path.join(base, 'registry.json'))
    mkdirSync(path.join(base, 'registry.json'))
    clock.nowMs += 1000
    expect(await idsOf(store)).toEqual(['ada:team'])
    expect(lines).toContain('warn The accounts could not be read again {"name":"ERR_STORAGE"}')
  })

  test('a status that could not be read counts when it can be', async () => {
    const {base, directories, store} = await setUp('ada')
    const status = path.join(base, 'account_status.json')
    mkdirSync(status)
    expect(await store.get('ada:team')).not.toHaveProperty('loginRequired')

    rmSync(status, {recursive: true})
    const refreshTokenHash = toTokenHash('refresh-ada-1')
    const loginRequired = {reason: 'expired', sinceMs: 5, refreshTokenHash} as const
    await directories.changeStatus('ada', () => ({loginRequired}))

    await eventually(async () =>
      expect(await store.get('ada:team')).toMatchObject({loginRequired: {reason: 'expired'}}),
    )
  })

  test('a write waits for the CLI to have written, whose lock a refresh leaves alone', async () => {
    const {base, store} = await setUp('ada')
    const order: string[] = []
    const file = path.join(base, 'ada', 'auth.lock')
    const inner: {ours?: Promise<unknown>} = {}
    await withFileLock(file, async () => {
      await store.lock('ada:team', async () => void order.push('our refresh'))
      inner.ours = store.change('ada:team', {tokens: newTokens}).then(() => order.push('our write'))
      await store.reload('ada:team')
      order.push('their write')
    })
    await inner.ours
    expect(order).toEqual(['our refresh', 'their write', 'our write'])
  })

  test('the lock of an account is that of its folder', async () => {
    const {base, store} = await setUp('ada')
    const order: string[] = []
    const file = path.join(base, 'ada', 'auth.refresh.lock')
    const inner: {ours?: Promise<void>} = {}
    await withFileLock(file, async () => {
      inner.ours = store.lock('ada:team', async () => void order.push('ours'))
      await store.change('ada:team', {tokens: newTokens})
      order.push('theirs')
    })
    await inner.ours
    expect(order).toEqual(['theirs', 'ours'])
    expect(await store.lock('nobody', async () => 'done')).toBe('done')
  })
})

describe('who watches', () => {
  test('hears of logins, logouts and logins that ended, when they can be read', async () => {
    const {store} = await setUp('ada')
    const seen: number[] = []
    store.watch(async () => void seen.push((await store.list()).length))

    await store.add(bob)
    expect(seen).toContain(2)
    await store.remove('bob:team')
    expect(seen.at(-1)).toBe(1)
  })

  test('hears nothing of new tokens', async () => {
    const {store} = await setUp('ada')
    await store.list()
    const seen: string[] = []
    store.watch(async () => void seen.push('change'))
    await store.change('ada:team', {tokens: newTokens})
    await store.reload('ada:team')
    expect(seen).toEqual([])
  })
})

test('a list costs no file access until a second has passed', async () => {
  const {base, store} = await setUp('ada')
  await store.list()
  store.close()
  rmSync(base, {recursive: true})
  const lists = await Promise.all(Array.from({length: 100}, () => idsOf(store)))
  expect(new Set(lists.map(String))).toEqual(new Set(['ada:team']))
})
