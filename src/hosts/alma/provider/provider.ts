/**
 * The model provider that the host registers.
 *
 * @module
 */
import {withEnd} from '../../../accounts/account.ts'
import type {Engine} from '../../../engine/create-engine.ts'
import type {RequestFunction} from '../../../engine/create-request-function.ts'
import {toAlmaAccount} from './alma-accounts.ts'
import type {AlmaModel, AlmaProvider} from '../alma-api.ts'
import type {LoginActions} from '../login/login-actions.ts'

/** The parts that the provider hands the host's calls to. */
export interface ProviderOptions extends Pick<
  Engine,
  'backend' | 'liveModels' | 'memory' | 'reload' | 'store' | 'usage'
> {
  readonly loginActions: LoginActions
  /** The selector's entries, as they are known now. */
  readonly listModels: () => AlmaModel[]
  readonly requests: RequestFunction
}

/** Creates the provider. Its `fetch` keeps no state of its own: the host may ask for it many times. */
export function createProvider(options: ProviderOptions): AlmaProvider {
  const {loginActions, store, memory, usage, liveModels, listModels, reload, requests} = options
  const {now, url} = options.backend
  const {fetch} = requests
  return {
    id: 'openai-codex',
    name: 'OpenAI Codex (ChatGPT)',
    description: 'Codex models of your ChatGPT subscription',
    authType: 'oauth',
    supportsMultiAccount: true,
    async initialize() {
      const accounts = await store.list()
      if (accounts.length > 0) void requests.warmUp()
      await reload()
    },
    isAuthenticated: async () => {
      const accounts = await store.list()
      return accounts.some((account) => withEnd(account, now()).loginRequired === undefined)
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
