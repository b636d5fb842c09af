/**
 * OpenAI's API as one function, for every face that hands requests on or serves them.
 *
 * @module
 */
import type {ScopedFetch} from '../dialects/create-openai-fetch.ts'
import type {ListedModel} from '../dialects/to-model-list.ts'
import type {Backend} from '../responses/backend.ts'
import type {Engine} from './create-engine.ts'

/** What differs between faces. */
export interface RequestFunctionOptions extends Pick<Backend, 'describe'> {
  /** What a list of models shows. */
  readonly listModels: () => readonly ListedModel[]
}

/** Answers requests. */
export interface RequestFunction {
  /**
   * Answers what OpenAI's API answers under the paths that are named in `createOpenAiFetch`; whoever serves a
   * socket gives it a `Request`. Failures are answers with an `error`; only an abort rejects.
   *
   * A third argument, the scope, travels with this one request to the choice of the account (`findReserve`,
   * `onChoice`) and back (`onResult`, `describe`): whoever serves several clients makes one for each request. When
   * the answer is here, the scope has been told which account answers, and why.
   */
  readonly fetch: ScopedFetch
  /** Loads what the first request would wait for. Never rejects. */
  warmUp(): Promise<void>
}

/**
 * Creates the function. Nothing is loaded before the first request: an editor starts far more often than
 * somebody asks.
 */
export function createRequestFunction(
  {openBackend}: Pick<Engine, 'openBackend'>,
  options: RequestFunctionOptions,
): RequestFunction {
  let loading: ReturnType<typeof load> | undefined
  const loadOnce = () => (loading ??= load())

  async function load() {
    const {createOpenAiFetch} = await import('../dialects/create-openai-fetch.ts')
    const {toFinalError} = await import('../dialects/final-errors.ts')
    const {describe, listModels} = options
    const backend = await openBackend()
    const answer = createOpenAiFetch({...backend, ...(describe && {describe})}, {listModels})
    return {answer, toFinalError}
  }

  return {
    async fetch(input, init, scope) {
      const {answer, toFinalError} = await loadOnce()
      return toFinalError(await answer(input, init, scope), input, init)
    },
    warmUp: async () => void (await loadOnce()),
  }
}
