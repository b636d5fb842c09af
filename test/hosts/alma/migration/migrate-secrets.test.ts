import {describe, expect, test} from 'vitest'
import {StorageError} from '../../../../src/errors.ts'
import {migrateSecrets} from '../../../../src/hosts/alma/migration/migrate-secrets.ts'
import {createSecretAccountStore} from '../../../../src/storage/secret-account-store.ts'
import {toJwt} from '../../../support/servers/fake-token-endpoint.ts'
import {createMemoryLog} from '../../../support/memory/memory-log.ts'
import {createMemorySecrets, type MemorySecrets} from '../../../support/memory/memory-secrets.ts'

/** An access token as the earlier plugin kept it: it says all that an id token would. */
function toAccessToken(userId: string, chatgptAccountId: string): string {
  return toJwt({
    'https://api.openai.com/auth': {
      chatgpt_account_id: chatgptAccountId,
      chatgpt_user_id: userId,
      chatgpt_plan_type: 'plus',
    },
    'https://api.openai.com/profile': {email: `${userId}@example.com`},
  })
}

function toLegacyTokens(userId: string, accountId: string) {
  return {
    access_token: toAccessToken(userId, accountId),
    refresh_token: `rt-${userId}`,
    expires_at: 1_700_000_000_000,
    account_id: accountId,
  }
}

const oneLogin = JSON.stringify(toLegacyTokens('user-1', 'personal'))
const threeLogins = JSON.stringify({
  personal: {
    id: 'personal',
    tokens: toLegacyTokens('user-1', 'personal'),
    picture: 'x',
    quota: [],
    limitedUntil: 5,
  },
  team: {id: 'team', tokens: {...toLegacyTokens('user-2', 'team'), id_token: 'id-2'}},
  other: {id: 'other', tokens: toLegacyTokens('user-3', 'other'), email: 'old@example.com'},
})

/** Opens the storage as a new start of the plugin does, and runs the migration. */
async function start(secrets: MemorySecrets) {
  const {log, lines} = createMemoryLog()
  const store = createSecretAccountStore(secrets, {log})
  await migrateSecrets(secrets, store, log)
  return {store, lines}
}

async function idsAfterStart(secrets: MemorySecrets): Promise<string[]> {
  const {store} = await start(secrets)
  return (await store.list()).map(({id}) => id)
}

describe('what is taken over', () => {
  test('the one login of the first versions', async () => {
    const secrets = createMemorySecrets({codex_tokens: oneLogin})
    const {store, lines} = await start(secrets)

    expect(await store.list()).toEqual([
      {
        id: 'user-1:personal',
        chatgptAccountId: 'personal',
        email: 'user-1@example.com',
        plan: 'plus',
        tokens: {
          accessToken: toAccessToken('user-1', 'personal'),
          refreshToken: 'rt-user-1',
          expiresAtMs: 1_700_000_000_000,
        },
      },
    ])
    expect(lines).toEqual([])
  })

  test('all logins of the later versions, the active one first', async () => {
    const secrets = createMemorySecrets({
      codex_accounts_v2: threeLogins,
      codex_active_account: 'team',
    })
    const {store} = await start(secrets)

    const accounts = await store.list()
    expect(accounts.map(({id}) => id)).toEqual(['user-2:team', 'user-1:personal', 'user-3:other'])
    expect(accounts[0]?.tokens.idToken).toBe('id-2')
    expect(accounts[2]?.email).toBe('user-3@example.com')
  })

  test('a login that both versions left, once', async () => {
    const secrets = createMemorySecrets({codex_tokens: oneLogin, codex_accounts_v2: threeLogins})
    expect(await idsAfterStart(secrets)).toEqual(['user-1:personal', 'user-2:team', 'user-3:other'])
  })

  test('a login with opaque tokens, with what the record knows', async () => {
    const record = {
      tokens: {access_token: 'opaque', refresh_token: 'rt-9', account_id: 'personal'},
      email: 'a@example.com',
      plan: 'pro',
    }
    const secrets = createMemorySecrets({codex_accounts_v2: JSON.stringify({personal: record})})
    const {store} = await start(secrets)

    expect(await store.list()).toEqual([
      {
        id: 'personal:personal',
        chatgptAccountId: 'personal',
        email: 'a@example.com',
        plan: 'pro',
        tokens: {accessToken: 'opaque', refreshToken: 'rt-9', expiresAtMs: 0},
      },
    ])
  })

  test('nothing when there is nothing, and then nothing is written', async () => {
    const secrets = createMemorySecrets()
    const {store} = await start(secrets)
    expect(await store.list()).toEqual([])
    expect(secrets.writes).toBe(0)
  })
})

describe('what is left behind', () => {
  test('no old value, and nothing of a login that was never finished', async () => {
    const secrets = createMemorySecrets({
      codex_tokens: oneLogin,
      codex_accounts_v2: threeLogins,
      codex_active_account: 'team',
      pending_verifier: 'verifier',
      pending_state: 'state',
    })
    await start(secrets)
    expect([...secrets.values.keys()].toSorted()).toEqual([
      'account:user-1:personal',
      'account:user-2:team',
      'account:user-3:other',
      'accounts',
    ])
  })

  test('an account that the user removed does not come back', async () => {
    const secrets = createMemorySecrets({codex_accounts_v2: threeLogins})
    const {store} = await start(secrets)
    await store.remove('user-2:team')
    expect(await idsAfterStart(secrets)).toEqual(['user-1:personal', 'user-3:other'])
  })

  test('a login that is there already keeps its newer tokens', async () => {
    const secrets = createMemorySecrets()
    const {store} = await start(secrets)
    const newer = {accessToken: 'at-new', refreshToken: 'rt-new', expiresAtMs: 7}
    await store.add({id: 'user-1:personal', chatgptAccountId: 'personal', tokens: newer})
    secrets.values.set('codex_tokens', oneLogin)

    const restarted = await start(secrets)

    expect((await restarted.store.get('user-1:personal'))?.tokens).toEqual(newer)
    expect(secrets.values.has('codex_tokens')).toBe(false)
  })
})

describe('a start that is interrupted', () => {
  const legacy = {
    codex_tokens: JSON.stringify(toLegacyTokens('user-4', 'first')),
    codex_accounts_v2: threeLogins,
    codex_active_account: 'team',
    pending_verifier: 'verifier',
  }

  // 4 accounts of 2 writes each, and 4 deletions.
  test.each(Array.from({length: 12}, (_, index) => index + 1))(
    'before write %i loses nothing: the next one finishes the job',
    async (failFromWrite) => {
      const secrets = createMemorySecrets(legacy)
      secrets.failFromWrite = failFromWrite
      await expect(start(secrets)).rejects.toThrow(StorageError)
      secrets.failFromWrite = Infinity

      const {store} = await start(secrets)

      const accounts = await store.list()
      expect(accounts.map(({id}) => id)).toEqual([
        'user-2:team',
        'user-1:personal',
        'user-3:other',
        'user-4:first',
      ])
      expect(accounts.map(({tokens}) => tokens.refreshToken)).toEqual([
        'rt-user-2',
        'rt-user-1',
        'rt-user-3',
        'rt-user-4',
      ])
      expect([...secrets.values.keys()].filter((key) => !key.startsWith('account'))).toEqual([])
    },
  )

  test('needs no thirteenth write', async () => {
    const secrets = createMemorySecrets(legacy)
    await start(secrets)
    expect(secrets.writes).toBe(12)
  })
})

describe('what cannot be read', () => {
  test.each([
    ['codex_tokens', 'no JSON'],
    ['codex_tokens', 'null'],
    ['codex_tokens', '{"access_token":"opaque","refresh_token":"rt-1"}'],
    ['codex_accounts_v2', '[]'],
    ['codex_accounts_v2', '{"a":'],
    ['codex_accounts_v2', '{"personal":{"tokens":{"access_token":"secret-1"}}}'],
  ])('%s stays as it is: %s', async (key, value) => {
    const secrets = createMemorySecrets({[key]: value})
    const {store, lines} = await start(secrets)

    expect(await store.list()).toEqual([])
    expect(secrets.values.get(key)).toBe(value)
    expect(lines).toEqual([
      `warn A login of the earlier version could not be read, and is left as it is {"key":"${key}"}`,
    ])
  })

  test('one bad record does not hold up the others, and stays alone', async () => {
    const records = {
      personal: {tokens: toLegacyTokens('user-1', 'personal')},
      team: {tokens: 'garbage'},
    }
    const secrets = createMemorySecrets({codex_accounts_v2: JSON.stringify(records)})
    expect(await idsAfterStart(secrets)).toEqual(['user-1:personal'])
    expect(secrets.values.get('codex_accounts_v2')).toBe('{"team":{"tokens":"garbage"}}')
  })
})
