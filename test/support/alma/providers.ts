/**
 * The providers that plugins registered.
 *
 * @module
 */
import type {Disposable, Provider, ProvidersAPI} from 'alma-plugin-api'
import * as z from 'zod'
import type {AlmaModel, AlmaProvider} from '../../../src/hosts/alma/alma-api.ts'
import type {RequirePermission} from './permissions.ts'

/** A provider as the host holds it. */
export interface RegisteredProvider {
  readonly provider: AlmaProvider
  /** Settles when `initialize` did. The host itself never waits for it. */
  readonly initialized: Promise<void>
  /** The selector's first look, taken without waiting for `initialize`. */
  readonly firstModels: Promise<readonly AlmaModel[]>
}

/** The part of `context.providers` that plugins see. */
export interface ProvidersContext extends Omit<ProvidersAPI, 'register'> {
  register(provider: AlmaProvider): Disposable
}

/** The providers of one activation. */
export interface Providers {
  readonly api: ProvidersContext
  /** @throws {Error} The plugin registered none. */
  current(): RegisteredProvider
}

const modelSchema = z.looseObject({
  id: z.string().min(1),
  name: z.string().min(1),
  description: z.string().optional(),
  contextWindow: z.number().int().positive(),
  maxOutputTokens: z.number().int().positive().optional(),
  capabilities: z.looseObject({
    streaming: z.boolean(),
    reasoning: z.boolean(),
    functionCalling: z.boolean(),
    vision: z.boolean(),
    reasoningLevels: z.array(z.enum(['low', 'medium', 'high', 'xhigh', 'max', 'ultra'])).optional(),
  }),
  providerOptions: z.record(z.string(), z.unknown()).optional(),
})

/**
 * What the model selector shows.
 *
 * @throws {z.ZodError} An entry is not what the host can show.
 */
export async function listModels(provider: AlmaProvider): Promise<readonly AlmaModel[]> {
  const models = await provider.getModels()
  z.array(modelSchema).parse(models)
  return models
}

/** Creates an empty provider table for one plugin. */
export function createProviders(pluginId: string, requirePermission: RequirePermission): Providers {
  const registered = new Map<string, RegisteredProvider>()
  const info = (id: string, {name}: AlmaProvider): Provider => ({
    id: `plugin:${pluginId}:${id}`,
    name,
    type: 'plugin',
    enabled: true,
  })
  return {
    api: {
      list: async () => [...registered].map(([id, {provider}]) => info(id, provider)),
      get: async (id) => {
        const entry = registered.get(id)
        return entry && info(id, entry.provider)
      },
      register: (provider) => {
        requirePermission('providers:manage')
        registered.set(provider.id, start(provider))
        return {dispose: () => void registered.delete(provider.id)}
      },
    },
    current: () => {
      const [entry] = registered.values()
      if (!entry) throw new Error('The plugin registered no provider.')
      return entry
    },
  }
}

/** Initializes the provider and looks at its models at once, in the order the host does. */
function start(provider: AlmaProvider): RegisteredProvider {
  const initialized = provider.initialize()
  const firstModels = listModels(provider)
  // A test that awaits them sees the error; one that does not must not die of it.
  initialized.catch(() => undefined)
  firstModels.catch(() => undefined)
  return {provider, initialized, firstModels}
}
