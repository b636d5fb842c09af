/**
 * The scope of one request, which notes down what is seen of it.
 *
 * @module
 */
import {toJsonObject, toNumber, type JsonObject} from '../../base/json-object.ts'
import {RequestInvalidError} from '../../errors.ts'
import type {RequestScope} from '../../responses/backend.ts'
import type {Exchange, GatewayClient, TokenUse} from './exchange.ts'

/**
 * Creates it.
 *
 * @param rules What a policy wants of this request, and tells. Default: nothing.
 */
export function createScope({client, facts}: Exchange, rules: RequestScope = {}): RequestScope {
  return {
    ...rules,
    onChoice(choice) {
      facts.choice = choice
      rules.onChoice?.(choice)
    },
    onPrepared(prepared) {
      const {askedEffort, askedModel, changes, conversationId, effort, model, stream} = prepared
      facts.asked = {model: askedModel ?? model, ...(askedEffort && {effort: askedEffort})}
      facts.sent = {model, ...(effort && {effort})}
      if (conversationId !== undefined) facts.conversationId = conversationId
      if (stream !== undefined) facts.isStream = stream
      if (changes) facts.changes = changes
      assertAllowed(client, [facts.asked.model, model])
      rules.onPrepared?.(prepared)
    },
    onResult(response) {
      facts.tokens = readTokenUse(response)
      rules.onResult?.(response)
    },
  }
}

/** @throws {RequestInvalidError} The client may ask for neither the model that it named nor the one that is meant. */
function assertAllowed({models, name}: GatewayClient, asked: readonly string[]): void {
  if (!models || asked.some((model) => models.includes(model))) return
  throw new RequestInvalidError(
    `The client key ${name} is not for ${asked[0]?.slice(0, 80)}. It may ask for ${models.join(', ') || 'no model'}.`,
  )
}

/** What the last event of an answer says about its tokens; zeros where it says nothing. */
function readTokenUse(response: JsonObject): TokenUse {
  const usage = toJsonObject(response['usage'])
  const details = (name: string) => toJsonObject(usage[name])
  return {
    input: toNumber(usage['input_tokens']) ?? 0,
    cached: toNumber(details('input_tokens_details')['cached_tokens']) ?? 0,
    output: toNumber(usage['output_tokens']) ?? 0,
    reasoning: toNumber(details('output_tokens_details')['reasoning_tokens']) ?? 0,
  }
}
