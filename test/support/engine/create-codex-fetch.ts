import {createOpenAiFetch} from '../../../src/dialects/create-openai-fetch.ts'
import type {FetchFunction} from '../../../src/http/fetch.ts'
import type {Backend} from '../../../src/responses/backend.ts'

/** The product's `fetch`, for tests that ask for nothing but responses. */
export function createCodexFetch(backend: Backend): FetchFunction {
  return createOpenAiFetch(backend, {listModels: () => []})
}
