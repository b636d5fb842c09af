/**
 * What the user of a gateway wants beyond answers: reserves that are kept, a reason for each choice, and a history.
 *
 * @module
 */
import type {AccountChoice} from '../../accounts/choice/account-choice.ts'
import {
  toChoiceReason,
  type ChoiceReason,
  type LeftAccount,
} from '../../accounts/choice/choice-reason.ts'
import type {Account, AccountStore} from '../../accounts/account.ts'
import type {Usage} from '../../accounts/usage/usage.ts'
import {CODEX_LIMIT} from '../../accounts/usage/usage.ts'
import type {Clock} from '../../base/clock.ts'
import {inBackground} from '../../base/in-background.ts'
import type {Log} from '../../base/log.ts'
import {
  AccountUnavailableError,
  toErrorName,
  UsageLimitReachedError,
  type CodexError,
} from '../../errors.ts'
import type {RequestScope} from '../../responses/backend.ts'
import type {CheckClient, Exchange, GatewayObserver, TokenUse} from '../exchange/exchange.ts'
import {BudgetCheck} from './budget-check.ts'
import {toPeriod} from '../budgets/find-spent-budget.ts'
import {openHistory, type History, type HistoryOptions} from '../history/history.ts'
import {toHistoryFolder} from '../history/part-files.ts'
import type {FinishedRequest} from '../history/finished-request.ts'
import {Incidents, type Message} from '../messages/incidents.ts'
import {createMessenger, type Messenger, type MessengerOptions} from '../messages/messenger.ts'
import {SwitchCosts} from '../history/switch-costs.ts'
import {askWithKey, canOverflow} from '../overflow/ask-with-key.ts'
import {toReasonHeaders} from '../reasons/describe-reason.ts'
import {findKeptReserve} from '../rules/find-kept-reserve.ts'
import {watchRules, type LiveRules} from '../rules/rules-file.ts'
import {toFinishedRequest, type RequestNotes} from './record-requests.ts'

/** How often to look whether an incident is over, in milliseconds. */
const LOOK_EVERY_MS = 30_000

/** No account answered, but the key of the overflow. */
const PAID: ChoiceReason = {
  kind: 'overflow',
  accountId: 'api-key',
  label: 'api-key',
  passedOver: [],
}

/** What a policy goes by. */
export interface PolicyOptions
  extends Pick<HistoryOptions, 'retention' | 'tell'>, Pick<MessengerOptions, 'delay' | 'fetch'> {
  /** The folder of the accounts: rules and history are in it. */
  readonly base: string
  readonly now: Clock
  readonly log: Log
  /** How the user calls an account; its id is given. */
  readonly toName: (accountId: string) => string
  /** What is known about an account's usage. */
  readonly usageOf: (accountId: string) => Usage | undefined
  readonly store: Pick<AccountStore, 'list' | 'watch'>
  /** Where the key of an overflow may stand. */
  readonly env: NodeJS.ProcessEnv
  /** Words an error for the user of the gateway. */
  readonly describe: (error: CodexError) => string
}

/** What plugs into the gateway. */
export interface Policy {
  readonly toScope: (exchange: Exchange) => RequestScope
  readonly toHeaders: (exchange: Exchange) => Readonly<Record<string, string>>
  readonly observer: GatewayObserver
  readonly overflow: (exchange: Exchange, body: Buffer) => Promise<Response | undefined>
  /** The same check, which also refuses clients whose owner has used up a budget. */
  readonly limit: (check: CheckClient) => CheckClient
  readonly history: History
  readonly rules: LiveRules
  /** Resolves once everything is kept. Never rejects. */
  close(): Promise<void>
}

/** Reads the rules, and creates the policy. */
export async function createPolicy(options: PolicyOptions): Promise<Policy> {
  const {base} = options
  const rules = watchRules(options)
  await rules.reload()
  const history = openHistory({...options, folder: toHistoryFolder(base)})
  const messenger = createMessenger({...options, receivers: () => rules.current.receivers})
  const policy = new GatewayPolicy(options, {rules, history, messenger})
  await policy.lookAtLogins()
  return policy
}

class GatewayPolicy implements Policy {
  readonly rules: LiveRules
  readonly history: History
  readonly #options: PolicyOptions
  readonly #costs = new SwitchCosts()
  readonly #notes = new WeakMap<
    Exchange,
    {code?: string; isPaid?: boolean; isExhausted?: boolean}
  >()
  readonly #messenger: Messenger
  readonly #incidents = new Incidents()
  readonly #timer: NodeJS.Timeout
  readonly #unwatch: () => void
  readonly #budgets: BudgetCheck

  constructor(
    options: PolicyOptions,
    parts: Pick<Policy, 'history' | 'rules'> & {readonly messenger: Messenger},
  ) {
    this.#options = options
    this.rules = parts.rules
    this.history = parts.history
    this.#messenger = parts.messenger
    const {history, rules} = parts
    const budgets = () => rules.current.budgets
    this.#budgets = new BudgetCheck({now: options.now, history, budgets})
    const look = () => this.#tell(this.#incidents.passed(options.now()))
    this.#timer = setInterval(look, LOOK_EVERY_MS).unref()
    this.#unwatch = options.store.watch(() => this.lookAtLogins())
  }

  readonly toScope = (exchange: Exchange): RequestScope => {
    const isBackground = exchange.client.class === 'background'
    return {
      findReserve: ({id: accountId}, usage, nowMs) =>
        findKeptReserve(this.rules.current, {accountId, isBackground, usage, nowMs}),
      describe: (error) => {
        const isExhausted = isExhaustion(error, exchange.facts.choice)
        this.#notes.set(exchange, {code: error.code, isExhausted})
        if (isExhausted)
          this.#tell(this.#incidents.exhausted(this.#options.now(), error.resetsAtMs))
        return this.#describe(error, exchange.facts.choice) + this.#toLack(exchange, isExhausted)
      },
    }
  }

  readonly toHeaders = (exchange: Exchange): Readonly<Record<string, string>> => {
    if (this.#notes.get(exchange)?.isPaid === true) return toReasonHeaders(PAID)
    const reason = this.#toReason(exchange)
    return reason ? toReasonHeaders(reason) : {}
  }

  readonly overflow = async (exchange: Exchange, body: Buffer): Promise<Response | undefined> => {
    const {overflow} = this.rules.current
    const {facts, head, signal} = exchange
    const notes = this.#notes.get(exchange)
    if (!overflow || notes?.isExhausted !== true || !facts.sent) return undefined
    if (!canOverflow(head.path)) return undefined
    const {env, fetch, log, now} = this.#options
    await this.history.ready
    const {paidTokens} = this.history.sum(toPeriod('day', now()).startMs)
    if (paidTokens >= overflow.tokensPerDay) return undefined
    try {
      const call = {path: head.path, body, sent: facts.sent, signal}
      const onTokens = (tokens: TokenUse) => void (facts.tokens = tokens)
      const response = await askWithKey(overflow, call, {env, fetch, onTokens})
      if (response) this.#notes.set(exchange, {isPaid: true})
      else log.warn('The API key of the overflow was refused', {request: exchange.id})
      return response
    } catch (error) {
      signal.throwIfAborted()
      log.warn('The overflow could not answer', {request: exchange.id, name: toErrorName(error)})
      return undefined
    }
  }

  readonly limit = (check: CheckClient): CheckClient => this.#budgets.limit(check)

  readonly observer: GatewayObserver = {
    started: (exchange) => this.#budgets.observer.started(exchange),
    ended: (exchange, end) => {
      this.#budgets.observer.ended(exchange, end)
      const notes: RequestNotes = {
        ...this.#notes.get(exchange),
        reason: this.#notes.get(exchange)?.isPaid === true ? PAID : this.#toReason(exchange),
      }
      const request = toFinishedRequest(exchange, end, {costs: this.#costs, notes})
      if (!request) return
      this.history.add(request)
      this.#noticeEnd(request, notes)
      if (request.account) this.#noteUsage(request.account.id)
    },
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    this.#unwatch()
    this.#messenger.stop()
    this.rules.close()
    await this.history.close()
  }

  /** Never rejects. */
  async lookAtLogins(): Promise<void> {
    const {log, now, store, toName} = this.#options
    await inBackground(async () => {
      const ended = (await store.list()).filter(({loginRequired}) => loginRequired)
      const names = ended.map(({id}: Account) => toName(id))
      for (const message of this.#incidents.loginNeeded(now(), names)) this.#tell(message)
    }, log)
  }

  #tell(message: Message | undefined): void {
    if (message) this.#messenger.send(message)
  }

  #noticeEnd({account, status}: FinishedRequest, {reason}: RequestNotes): void {
    const atMs = this.#options.now()
    if (account && status < 400 && reason !== PAID)
      this.#tell(this.#incidents.answered(atMs, account.label))
    if (!reason?.from) return
    const {cause, label: from, untilMs} = reason.from
    this.#tell(this.#incidents.switched(atMs, {from, to: account?.label, cause, untilMs}))
  }

  #toReason({facts: {choice}}: Exchange): ChoiceReason | undefined {
    if (!choice) return undefined
    const {toName} = this.#options
    const {from, passedOver, ...reason} = toChoiceReason(choice)
    const rename = (left: LeftAccount) => ({...left, label: toName(left.accountId)})
    return {
      ...reason,
      ...(reason.accountId !== undefined && {label: toName(reason.accountId)}),
      ...(from && {from: rename(from)}),
      passedOver: passedOver.map(rename),
    }
  }

  /** What is kept can be used all the same, which nobody would guess. */
  #describe(error: CodexError, choice: AccountChoice | undefined): string {
    const {describe, toName} = this.#options
    const kept = choice?.candidates.find(({verdict}) => verdict.kind === 'reserve-kept')
    if (!kept || !(error instanceof AccountUnavailableError)) return describe(error)
    return `${error.message} Run \`cao gateway reserve go-on ${toName(kept.accountId)}\` to use it all the same for an hour.`
  }

  /** Whoever has set a key expects it to be used, and is told where it cannot be. */
  #toLack({head}: Exchange, isExhausted: boolean): string {
    const isMissed = isExhausted && this.rules.current.overflow && !canOverflow(head.path)
    return isMissed
      ? ' The API key of this gateway goes on with Responses and Chat Completions only.'
      : ''
  }

  #noteUsage(accountId: string): void {
    const {toName, usageOf} = this.#options
    const account = {id: accountId, label: toName(accountId)}
    const windows = usageOf(accountId)?.windows.filter(({limit}) => limit === CODEX_LIMIT) ?? []
    this.history.addUsage(
      windows.map(({usedPercent, windowSeconds}) => ({account, usedPercent, windowSeconds})),
    )
  }
}

/** Behind the first word, a limit is that of one account, and the next request goes to another one. */
function isExhaustion(error: CodexError, choice: AccountChoice | undefined): boolean {
  const isFinal = choice !== undefined && choice.answeredBy === undefined
  return isFinal && error instanceof UsageLimitReachedError && error.limit === undefined
}
