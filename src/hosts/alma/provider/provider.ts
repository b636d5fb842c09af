/**
 * The model provider that the host registers.
 *
 * @module
 */
import type {AccountStore} from '../../../accounts/account.ts'
import type {LiveModels} from '../../../models/live-models.ts'
import type {Backend} from '../../../responses/backend.ts'
import type {AccountMemory} from '../../../storage/account-memory.ts'
import {toAlmaAccount} from './alma-accounts.ts'
import type {AlmaModel, AlmaProvider} from '../alma-api.ts'
import type {RequestHandler} from './request-handler.ts'
import type {LoginActions} from '../login/login-actions.ts'
import type {UsageTracking} from '../../../accounts/usage/usage-tracking.ts'

/** What {@link createProvider} needs from outside. */
export interface ProviderOptions {
  readonly backend: Pick<Backend, 'now' | 'url'>
  readonly store: AccountStore
  readonly memory: AccountMemory
  readonly loginActions: LoginActions
  readonly usage: Pick<UsageTracking, 'reload'>
  readonly liveModels: LiveModels
  /** The selector's entries, as they are known now. */
  readonly listModels: () => AlmaModel[]
  readonly requestHandler: RequestHandler
}

/** Creates the provider. Its `fetch` keeps no state of its own: the host may ask for it many times. */
export function createProvider(options: ProviderOptions): AlmaProvider {
  const {loginActions, store, memory, usage, liveModels, listModels, requestHandler} = options
  const {now, url} = options.backend
  const {fetch} = requestHandler
  return {
    id: 'openai-codex',
    name: 'OpenAI Codex (ChatGPT)',
    description: 'Codex models of your ChatGPT subscription',
    authType: 'oauth',
    supportsMultiAccount: true,
    async initialize() {
      const accounts = await store.list()
      if (accounts.length > 0) void requestHandler.warmUp()
      void liveModels.reloadIfStale()
      await memory.load()
      void usage.reload.stale()
    },
    isAuthenticated: async () => {
      const accounts = await store.list()
      return accounts.some(({loginRequired}) => loginRequired === undefined)
    },
    authenticate: () => loginActions.login(),
    logout: () => loginActions.logout(),
    async getModels() {
      await liveModels.load()
      return listModels()
    },
    async fetchModels() {
      await liveModels.reload()
      return listModels()
    },
    getSDKConfig: async () => ({
      apiKey: 'chatgpt-oauth',
      baseURL: url,
      fetch,
      useResponsesAPI: true,
    }),
    async createChatCompletion(request) {
      const {createChatCompletion} = await import('./chat-completion.ts')
      return createChatCompletion(request, {fetch, url: `${url}/responses`})
    },
    async getAccounts() {
      const [accounts] = await Promise.all([store.list(), memory.load()])
      return accounts.map((account) =>
        toAlmaAccount(account, {
          usage: memory.usage.get(account.id),
          rest: memory.rests.get(account.id),
          isPaused: memory.preferences.of(account.id).isPaused,
          nowMs: now(),
        }),
      )
    },
    removeAccount: (accountId) => loginActions.remove(accountId),
    async refreshQuotas() {
      await memory.load()
      await usage.reload.all()
    },
  }
}
