import {expect, test} from 'vitest'
import type {PageKey, PageState} from '../../../src/gateway/management/page-state.ts'
import {findKey} from '../../../src/gateway/keys/client-key.ts'
import {OPERATOR_KEY} from '../../support/gateway/start-gateway.ts'
import {startDashboard} from '../../support/gateway/start-dashboard.ts'

/** Client keys and reserves, as the page of the gateway changes them. */

const WISH = {name: 'laptop', class: 'background', scopes: ['answers'], expiresInDays: 30}

test('a key is shown once, is listed without it, and is worth nothing once it is revoked', async () => {
  const {get, keyFile, post} = await startDashboard()

  const made = (await (await post('keys', WISH)).json()) as PageKey & {key: string}
  const {keys} = (await get('state')) as PageState
  const kept = await keyFile.list()
  const revoked = await post(`keys/${made.id}/revoke`)
  const again = await post(`keys/${made.id}/revoke`)

  expect(made.key).toMatch(/^cao_[\w-]{43}$/)
  expect(keys).toMatchObject([{name: 'laptop', class: 'background', scopes: ['answers']}])
  expect(Math.round((keys[0]!.expiresAtMs! - Date.now()) / 86_400_000)).toBe(30)
  expect(JSON.stringify(keys)).not.toMatch(/hash|cao_/)
  expect(findKey(kept, made.key)?.name).toBe('laptop')
  expect([revoked.status, again.status]).toEqual([200, 404])
  expect(await keyFile.list()).toEqual([])
})

test('a key that makes no sense is not made', async () => {
  const {keyFile, post} = await startDashboard()
  await post('keys', {...WISH, name: 'taken'})
  const ask = async (wish: object) => {
    const response = await post('keys', wish)
    return `${response.status} ${await response.text()}`
  }

  expect(await ask({...WISH, name: 'a b'})).toMatch(/^400 .*at most 64 letters/)
  expect(await ask({...WISH, scopes: []})).toMatch(/^400 .*scopes/)
  expect(await ask({...WISH, scopes: ['all']})).toMatch(/^400 .*scopes/)
  expect(await ask({...WISH, expiresInDays: 0})).toMatch(/^400 .*expiresInDays/)
  expect(await ask({...WISH, name: 'taken'})).toMatch(/^409 .*Revoke it, or choose another name/)
  expect(await keyFile.list()).toHaveLength(1)
})

test('a reserve is kept, set aside for a while, and taken away', async () => {
  const {engine, get, post, rules} = await startDashboard()
  const [{id} = {id: ''}] = await engine.store.list()
  const told = {source: 'usage', takenAtMs: Date.now()} as const
  const week = {...told, limit: 'codex', windowSeconds: 604_800, usedPercent: 71}
  engine.memory.usage.update(id, {...told, windows: [week]})
  const change = (wish: object) => post(`accounts/${encodeURIComponent(id)}`, wish)
  const readAccount = async () => ((await get('state')) as PageState).accounts[0]!
  const reserve = {windowSeconds: 604_800, keepPercent: 20, isPaced: true, from: 'background'}

  await change({reserve})
  const kept = await readAccount()
  await change({goOnHours: 1})
  const lifted = await readAccount()
  await change({goOnHours: 0, reserve: {...reserve, keepPercent: 0, isPaced: false}})
  const after = await readAccount()
  const wrong = await change({reserve: {...reserve, keepPercent: 101}})

  expect(kept.windows[0]!.reserve).toEqual({keepPercent: 20, isPaced: true, from: 'background'})
  expect(kept.goOnUntilMs).toBeUndefined()
  expect(Math.round((lifted.goOnUntilMs! - Date.now()) / 60_000)).toBe(60)
  expect(after.windows[0]!.reserve).toBeUndefined()
  expect(after.goOnUntilMs).toBeUndefined()
  expect(rules.current).toMatchObject({reserves: [], goOn: []})
  expect(wrong.status).toBe(400)
})

test('whoever looks on is told of a key that was made in a terminal', async () => {
  const {ask, keyFile} = await startDashboard()
  const stop = new AbortController()
  const headers = {authorization: `Bearer ${OPERATOR_KEY}`}
  const events = await ask('/gateway/page/events', {headers, signal: stop.signal})
  const reader = events.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  while (!text.includes('"keys":[]')) text += (await reader.read()).value ?? ''

  await keyFile.add({name: 'made-elsewhere', class: 'interactive', scopes: ['answers']})
  while (!text.includes('made-elsewhere')) text += (await reader.read()).value ?? ''
  stop.abort()

  expect(text).toContain('"name":"made-elsewhere"')
})
