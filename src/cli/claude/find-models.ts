/**
 * The models of the accounts, as the gateway lists them.
 *
 * @module
 */
import {parseJson, toJsonObject, toList, toNumber, toText} from '../../base/json-object.ts'
import {ALIAS_PREFIX} from '../../dialects/messages/request/model-names.ts'
import {readWhole} from '../../http/read-whole.ts'
import type {Cli} from '../cli.ts'
import {CommandError} from '../report-error.ts'

/** A model that Claude Code can ask for. */
export interface ClaudeModel {
  readonly id: string
  /** Tokens of input that it takes. */
  readonly window: number
}

/** How long the list may take, in milliseconds: the gateway may have to ask the backend first. */
const TIMEOUT_MS = 15_000

const MAX_BYTES = 4_000_000

/**
 * Asks for the list.
 *
 * @throws {CommandError} There is none.
 */
export async function findModels(
  {fetch}: Pick<Cli, 'fetch'>,
  {key, origin}: {readonly origin: string; readonly key: string},
): Promise<readonly ClaudeModel[]> {
  const response = await fetch(`${origin}/v1/models`, {
    headers: {'x-api-key': key, 'anthropic-version': '2023-06-01'},
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch(() => undefined)
  const text = response?.ok === true ? await readWhole(response, MAX_BYTES) : undefined
  const models = toList(toJsonObject(parseJson(text ?? ''))['data'])
    .map(toJsonObject)
    .flatMap(({id, max_input_tokens: window}): ClaudeModel[] => {
      const name = withoutAlias(toText(id))
      return name === undefined ? [] : [{id: name, window: toNumber(window) ?? 0}]
    })
  if (models.length > 0) return models
  throw new CommandError('The gateway did not list the models.', {
    hint: 'Run `cao gateway logs` to see why.',
  })
}

function withoutAlias(id: string | undefined): string | undefined {
  return id?.startsWith(ALIAS_PREFIX) === true ? id.slice(ALIAS_PREFIX.length) : id
}
