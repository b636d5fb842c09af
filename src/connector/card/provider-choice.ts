/**
 * What a user does with the provider, each with a sentence about how it went.
 *
 * @module
 */
import type {StatusAnswer} from '../client/answers.ts'
import type {CardTexts} from '../client/card-texts.ts'
import {ConnectorRequestError, type ConnectorClient} from '../client/connector-client.ts'

/** What was done, or why not. */
export interface Outcome {
  readonly text: string
  readonly isGood: boolean
}

/** Whom to ask, and in which words to say it. */
export interface ProviderChoiceOptions {
  readonly client: ConnectorClient
  readonly texts: CardTexts
}

/**
 * Saves the connected account as the provider.
 *
 * @param isOurs Asked with the choice before it is sent; `false` keeps it elsewhere.
 */
export function saveProvider(
  {auth_ref: authRef}: StatusAnswer,
  isOurs: (choice: Readonly<Record<string, unknown>>) => boolean,
  {client, texts}: ProviderChoiceOptions,
): Promise<Outcome> {
  const choice = {provider_type: 'codex', auth_mode: 'account', auth_ref: authRef ?? null}
  return attempt(async () => {
    if (isOurs(choice)) await client.saveProvider(choice)
    return texts.saved
  })
}

/** Tries the connected account, or an API key. */
export function testProvider(
  apiKey: string | undefined,
  {client, texts}: ProviderChoiceOptions,
): Promise<Outcome> {
  return attempt(async () => {
    const {error_actionable: problem, warnings} = await client.validate(apiKey)
    if (problem !== undefined) throw new Error(problem)
    return [texts.testOk, ...warnings].join(' ')
  })
}

/** Stores an API key. */
export function storeApiKey(
  apiKey: string,
  {client, texts}: ProviderChoiceOptions,
): Promise<Outcome> {
  return attempt(async () => {
    await client.storeApiKey(apiKey)
    return texts.apiKeyStored
  })
}

async function attempt(task: () => Promise<string>): Promise<Outcome> {
  try {
    return {text: await task(), isGood: true}
  } catch (error) {
    const {message} = error instanceof Error ? error : {message: String(error)}
    const action = error instanceof ConnectorRequestError ? ` ${error.action}` : ''
    return {text: `${message}${action}`, isGood: false}
  }
}
