/**
 * The AI SDK the host is built with, in the majors that are in use.
 *
 * @module
 */
import type * as AiV6 from 'ai-v6'
import type * as OpenAiV6 from 'openai-v6'
import type {AlmaSdkConfig} from '../../../src/hosts/alma/alma-api.ts'

/** Major version of the `ai` package. */
export type AiSdkMajor = 5 | 6 | 7

type Ai = typeof AiV6
type OpenAi = typeof OpenAiV6

/** A model the functions of one AI SDK accept. */
export type LanguageModel = ReturnType<ReturnType<OpenAi['createOpenAI']>['responses']>

/** One major of the AI SDK. */
export interface AiSdk {
  readonly ai: Ai
  /** The model the host makes from a provider's configuration. */
  createModel(config: AlmaSdkConfig, modelId: string): LanguageModel
}

const MAJORS: Record<AiSdkMajor, () => Promise<unknown[]>> = {
  5: async () => Promise.all([import('ai-v5'), import('openai-v5')]),
  6: async () => Promise.all([import('ai-v6'), import('openai-v6')]),
  7: async () => Promise.all([import('ai-v7'), import('openai-v7')]),
}

/** Loads one major. The calls that tests make have the same form in all of them. */
export async function loadAiSdk(major: AiSdkMajor): Promise<AiSdk> {
  const [ai, openai] = (await MAJORS[major]()) as unknown as [Ai, OpenAi]
  return {
    ai,
    createModel: ({apiKey, baseURL, fetch, useResponsesAPI}, modelId) => {
      const provider = openai.createOpenAI({apiKey, baseURL, fetch})
      return useResponsesAPI ? provider.responses(modelId) : provider(modelId)
    },
  }
}
