import {expect, test} from 'vitest'
import {StorageError} from '../../../../src/errors.ts'
import {
  offerLogIn,
  type OfferLogInOptions,
} from '../../../../src/hosts/vscode/login/offer-log-in.ts'
import {ACCOUNT} from '../../../support/engine/create-backend.ts'
import {createMemoryAccountStore} from '../../../support/memory/memory-account-store.ts'

function createApi(getSession: () => Promise<unknown> = async () => undefined) {
  const asked: unknown[] = []
  const ran: unknown[] = []
  const authentication = {
    async getSession(...question: unknown[]) {
      asked.push(question)
      return getSession()
    },
  }
  const commands = {executeCommand: async (...command: unknown[]) => void ran.push(command)}
  return {asked, ran, api: {authentication, commands} as unknown as OfferLogInOptions['api']}
}

test('as long as nobody is logged in, the Accounts menu offers it, and nothing is opened', async () => {
  const {api, asked, ran} = createApi()

  await offerLogIn({api, store: createMemoryAccountStore()})

  expect(asked).toEqual([['openai-codex', ['codex'], {createIfNone: false}]])
  expect(ran).toEqual([['setContext', 'openaiCodex.loggedIn', false]])
})

test('somebody who is logged in is not asked, and the editor knows', async () => {
  const {api, asked, ran} = createApi()

  await offerLogIn({api, store: createMemoryAccountStore(ACCOUNT)})

  expect(asked).toEqual([])
  expect(ran).toEqual([['setContext', 'openaiCodex.loggedIn', true]])
})

test('an editor that refuses is no failure', async () => {
  const {api, asked} = createApi(async () => Promise.reject(new Error('not registered')))

  await offerLogIn({api, store: createMemoryAccountStore()})
  // A rejection that nobody handles would fail the test run.
  await new Promise(setImmediate)

  expect(asked).toHaveLength(1)
})

test('accounts that cannot be read are a failure', async () => {
  const {api} = createApi()
  const store = {list: async () => Promise.reject(new StorageError('The file is damaged'))}

  await expect(offerLogIn({api, store})).rejects.toThrow('The file is damaged')
})
