import {expect, test} from 'vitest'
import {AccessTokens} from '../../src/accounts/tokens/access-token.ts'
import {StorageError} from '../../src/errors.ts'
import type {SecretStorage} from '../../src/storage/key-value-storage.ts'
import {createSecretAccountStore} from '../../src/storage/secret-account-store.ts'
import {account, HOUR_MS, newTokens, server, START_MS} from '../support/accounts/expired-account.ts'
import {createFakeEndpoint, type ScriptedAnswer} from '../support/servers/fake-token-endpoint.ts'
import {createMemoryLog} from '../support/memory/memory-log.ts'
import {createMemorySecrets} from '../support/memory/memory-secrets.ts'

/** A refresh token works once, so what it was traded for must outlive the process, wherever that ends. */

/** One process of the host. */
function startProcess(secrets: SecretStorage, ...answers: ScriptedAnswer[]) {
  const {log, lines} = createMemoryLog()
  const store = createSecretAccountStore(secrets, {log})
  const {fetch, requests} = createFakeEndpoint(...answers)
  const accessTokens = new AccessTokens(store, {server, fetch, now: () => START_MS})
  return {accessTokens, lines, requests, store}
}

/** Secrets with the expired account in them. */
async function createSecrets() {
  const secrets = createMemorySecrets()
  await startProcess(secrets).store.add(account)
  return secrets
}

/** A storage that takes nothing under this key any more: the process ends before that. */
function endBefore(key: string, secrets: SecretStorage): SecretStorage {
  return {
    get: (name) => secrets.get(name),
    delete: (name) => secrets.delete(name),
    set: (name, value) => (name === key ? new Promise(() => {}) : secrets.set(name, value)),
  }
}

test('tokens that came before the process was killed are found by the next one', async () => {
  const secrets = await createSecrets()
  const killed = startProcess(endBefore('account:first', secrets), newTokens(2))
  void killed.accessTokens.get('first').catch(() => undefined)
  await expect.poll(() => secrets.values.get('refresh:first')).toContain('rt-2')

  const next = startProcess(secrets)

  expect(await next.accessTokens.get('first')).toBe('at-2')
  expect(next.requests).toEqual([])
  expect(JSON.parse(secrets.values.get('account:first')!)).toMatchObject({
    tokens: {accessToken: 'at-2', refreshToken: 'rt-2', expiresAtMs: START_MS + HOUR_MS},
  })
  expect(secrets.values.has('refresh:first')).toBe(false)
})

test('a login that was renewed meanwhile is not replaced by what is in the journal', async () => {
  const secrets = await createSecrets()
  const killed = startProcess(endBefore('account:first', secrets), newTokens(2))
  void killed.accessTokens.get('first').catch(() => undefined)
  await expect.poll(() => secrets.values.get('refresh:first')).toContain('rt-2')
  const next = startProcess(secrets, newTokens(4))
  const tokens = {...account.tokens, accessToken: 'at-3', refreshToken: 'rt-3'}
  await next.store.add({...account, tokens})

  expect(await next.accessTokens.get('first')).toBe('at-4')

  expect(next.requests[0]?.body).toContain('rt-3')
  expect(secrets.values.get('account:first')).toContain('rt-4')
})

test('after a logout, nothing of a refresh is left', async () => {
  const secrets = await createSecrets()
  const killed = startProcess(endBefore('account:first', secrets), newTokens(2))
  void killed.accessTokens.get('first').catch(() => undefined)
  await expect.poll(() => secrets.values.get('refresh:first')).toContain('rt-2')

  await startProcess(secrets).store.remove('first')

  expect([...secrets.values.keys()]).toEqual(['accounts'])
})

/** A process whose storage is locked from the moment on at which the server is asked. */
async function startLocked(delayUnnoticed?: (milliseconds: number) => Promise<void>) {
  const secrets = await createSecrets()
  const {fetch} = createFakeEndpoint(newTokens(2))
  const store = createSecretAccountStore(secrets, {log: createMemoryLog().log})
  const accessTokens = new AccessTokens(store, {
    server,
    now: () => START_MS,
    async fetch(input, init) {
      secrets.failFromWrite = 0
      return fetch(input, init)
    },
    ...(delayUnnoticed && {delayUnnoticed}),
  })
  return {accessTokens, secrets}
}

test('tokens that could not be saved are saved in the background', async () => {
  const pauses: number[] = []
  const {accessTokens, secrets} = await startLocked(async (milliseconds) => {
    pauses.push(milliseconds)
    if (pauses.length === 2) secrets.failFromWrite = Infinity
  })

  await expect(accessTokens.get('first')).rejects.toThrow(StorageError)

  await expect.poll(() => secrets.values.get('account:first')).toContain('rt-2')
  await new Promise(setImmediate)
  expect(pauses).toEqual([1000, 5000])
})

test('whoever stops tries once more to save tokens that could not be saved', async () => {
  const {accessTokens, secrets} = await startLocked()
  await expect(accessTokens.get('first')).rejects.toThrow(StorageError)
  expect(secrets.values.get('account:first')).not.toContain('rt-2')
  secrets.failFromWrite = Infinity

  await accessTokens.settle()

  expect(secrets.values.get('account:first')).toContain('rt-2')
})
