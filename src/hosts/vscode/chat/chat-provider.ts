/**
 * The provider of language models that the editor registers.
 *
 * @module
 */
import type * as vscode from 'vscode'
import type {AccountStore} from '../../../accounts/account.ts'
import {BackendResponseError, CodexError, toErrorName} from '../../../errors.ts'
import type {Log} from '../../../base/log.ts'
import type {LiveModels} from '../../../models/live-models.ts'
import type {Backend} from '../../../responses/backend.ts'
import {createAnswerMemory, type AnswerMemory} from './answer-memory.ts'
import {isCancelled, toChatError} from './chat-errors.ts'
import {toChatModels, type PickerOptions} from './chat-models.ts'
import {countItemTokens, countTextTokens} from './count-tokens.ts'
import {toInputItems} from './to-input-items.ts'
import {toResponsesRequest} from './to-responses-request.ts'
import type {AnswerTokens} from '../history/token-history.ts'
import type {ChatModel, ChatParts, ChatRequestOptions, VscodeApi} from '../vscode-api.ts'

/** The parts that answer the editor's calls. */
export interface ChatProviderOptions {
  readonly api: ChatParts & Pick<VscodeApi, 'CancellationError' | 'LanguageModelError'>
  readonly store: AccountStore
  readonly liveModels: LiveModels
  readonly backend: () => Promise<Backend>
  readonly pickerOptions: () => PickerOptions
  readonly changed: vscode.EventEmitter<void>
  /** What the model wrote before. Never rejects. */
  readonly openAnswers: () => Promise<AnswerMemory>
  /** Logs in, when the user adds the models by hand. Never rejects. */
  readonly logIn: () => Promise<unknown>
  /** Told after each answer how many tokens it took, if that is known. Must not throw. */
  readonly onAnswer?: (tokens: AnswerTokens | undefined) => void
  readonly log: Log
}

/** Creates the provider. */
export function createChatProvider(
  options: ChatProviderOptions,
): vscode.LanguageModelChatProvider<ChatModel> {
  const {api, store, liveModels, pickerOptions, changed, logIn} = options
  /** Asks for newer models in the background, and lets the editor ask again if there are any. */
  const reloadModels = async () => {
    const before = liveModels.catalogue
    await liveModels.reloadIfStale()
    if (liveModels.catalogue !== before) changed.fire()
  }
  return {
    onDidChangeLanguageModelChatInformation: changed.event,
    async provideLanguageModelChatInformation({silent}) {
      let accounts = await store.list()
      if (accounts.length === 0 && !silent) {
        await logIn()
        accounts = await store.list()
      }
      if (accounts.length === 0) return []
      await liveModels.load()
      void reloadModels()
      return toChatModels(liveModels.catalogue, pickerOptions())
    },
    // The editor passes five arguments.
    // oxlint-disable-next-line max-params
    provideLanguageModelChatResponse: (model, messages, requestOptions, progress, token) =>
      answerChat({model, messages, options: requestOptions}, {...options, progress, token}),
    provideTokenCount: async (_model, text) =>
      typeof text === 'string'
        ? countTextTokens(text)
        : countItemTokens(toInputItems([text], {parts: api, answers: createAnswerMemory()}).items),
  }
}

interface AnswerOptions extends ChatProviderOptions {
  readonly progress: vscode.Progress<vscode.LanguageModelResponsePart>
  readonly token: vscode.CancellationToken
}

async function answerChat(
  {
    model,
    ...asked
  }: {
    readonly model: ChatModel
    readonly messages: readonly vscode.LanguageModelChatRequestMessage[]
    readonly options: ChatRequestOptions
  },
  {api, backend, log, onAnswer, openAnswers, progress, token}: AnswerOptions,
): Promise<void> {
  const abort = new AbortController()
  const cancellation = token.onCancellationRequested(() => abort.abort())
  // The editor tells those who come too late, but later.
  if (token.isCancellationRequested) abort.abort()
  try {
    const answers = await openAnswers()
    const chat = {model: model.id, ...asked}
    const {request, place, conversation, ignored} = toResponsesRequest(chat, {parts: api, answers})
    if (ignored.length > 0) log.debug('Options of a request are not passed on', {names: ignored})
    const loaded = await backend()
    const {askBackend} = await import('../../../responses/ask-backend.ts')
    const {reportAnswer} = await import('./report-answer.ts')
    const {answer} = await askBackend({readBody: async () => request, signal: abort.signal}, loaded)
    const open = untilCancelled(progress, token)
    const end = await reportAnswer(answer, {
      parts: api,
      progress: open,
      remember: (output) => answers.remember(output, place),
    })
    onAnswer?.(end.tokens && {model: model.id, ...(conversation && {conversation}), ...end.tokens})
    // Made-up words would become part of the conversation; the editor's chat says that nothing came.
    if (end.isEmpty) log.info('An answer is empty', {model: model.id})
    if (end.incompleteBecause !== undefined) explainEnd(end.incompleteBecause, log)
  } catch (error) {
    if (isCancelled(token, error)) throw new api.CancellationError()
    const initiator = asked.options.requestInitiator
    log.warn('A chat request was not answered', {name: toErrorName(error), initiator})
    if (!(error instanceof CodexError)) throw error
    throw toChatError(error, {api, initiator})
  } finally {
    cancellation.dispose()
  }
}

/** Drops what still comes after a cancellation: the editor would complain about it. */
function untilCancelled<Part>(
  progress: vscode.Progress<Part>,
  token: vscode.CancellationToken,
): vscode.Progress<Part> {
  return {
    report(part) {
      if (!token.isCancellationRequested) progress.report(part)
    },
  }
}

/**
 * An answer that is cut off is still one; a filtered one is not.
 *
 * @throws {BackendResponseError} It was filtered.
 */
function explainEnd(reason: string, log: Log): void {
  log.info('An answer is not complete', {reason})
  if (reason !== 'content_filter') return
  throw new BackendResponseError(
    'OpenAI stopped this answer because of its content. Rephrase the question.',
    {refusal: {status: 200, code: reason}},
  )
}
