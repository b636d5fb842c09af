/**
 * Questions to the plugin, as the host asks them.
 *
 * @module
 */
import type {AiSdkMajor} from '../alma/ai-sdk.ts'
import type {Story} from './start-story.ts'

/** Asks through the host's AI SDK, and gives the text of the answer. */
export async function askHost(
  {host}: Story,
  prompt: string,
  major: AiSdkMajor = 6,
): Promise<string> {
  const {ai} = await host.sdk(major)
  const model = await host.languageModel(major, 'gpt-5.2-codex-high')
  return (await ai.generateText({model, prompt})).text
}

/** The emails of the accounts that gave an answer, in order. */
export function whoAnswered({simulator}: Story): unknown[] {
  return simulator.requests
    .filter(({path, status}) => path.endsWith('/responses') && status === 200)
    .map(({account}) => account)
}
