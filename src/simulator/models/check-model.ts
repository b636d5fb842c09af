/**
 * Whether an account may use a model, with this client and this effort.
 *
 * @module
 */
import {answerDetail, answerError} from '../backend-answer.ts'
import {clientVersionOf, isOlderVersion} from './client-version.ts'
import {findModel, isRetired, listModels, type Model} from '../state/model-catalogue.ts'
import type {SimulatedAccount} from '../state/simulated-account.ts'

/** What a request is about to use. */
export interface ModelUse {
  readonly model: Model
  /** The effort asked for, or that of the model. */
  readonly effort: string
}

/** Words that the backend knows as an effort; a model lists some of them. */
const KNOWN_EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']

/** Observed 2026-07-12: this one is hidden from clients that are not an official one. */
const OFFICIAL_CLIENTS_ONLY = 'gpt-5.6-luna'

/**
 * Finds the model of a request, or the backend's refusal. There are three: the backend never heard
 * of the model, this account cannot have it (plan, or retired), or the client is too old for it.
 */
export function checkModel(
  slug: string,
  {account, headers}: {readonly account: SimulatedAccount; readonly headers: Headers},
): Model | Response {
  const model = findModel(slug)
  if (!model && !isRetired(slug)) return answerDetail(404, `Model not found ${slug}`)
  if (!model || !listModels(account).includes(model)) {
    const message = `The '${slug}' model is not supported when using Codex with a ChatGPT account.`
    return answerDetail(400, message)
  }
  const version = clientVersionOf(headers)
  if (version === undefined) {
    const isHidden = slug === OFFICIAL_CLIENTS_ONLY
    return isHidden ? answerDetail(404, `Model not found ${slug}`) : model
  }
  if (isOlderVersion(version, model.minimalClientVersion)) {
    const message =
      `The '${slug}' model requires a newer version of Codex. ` +
      'Please upgrade to the latest app or CLI and try again.'
    return answerDetail(400, message)
  }
  return model
}

/** The backend's refusal of an effort; `undefined` when the model has it. */
export function checkEffort(effort: string, model: Model): Response | undefined {
  if (!KNOWN_EFFORTS.includes(effort)) {
    const message = `Invalid value: '${effort}'. Supported values are: ${toList(KNOWN_EFFORTS)}.`
    return answerError(400, {message, code: 'invalid_value', param: 'reasoning.effort'})
  }
  if (model.efforts.includes(effort)) return undefined
  const supported = model.efforts.filter((one) => one !== 'ultra')
  const message =
    `Unsupported value: '${effort}' is not supported with the '${model.slug}' model. ` +
    `Supported values are: ${toList(supported)}.`
  return answerError(400, {message, code: 'unsupported_value', param: 'reasoning.effort'})
}

function toList(values: readonly string[]): string {
  const quoted = values.map((value) => `'${value}'`)
  return `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`
}
