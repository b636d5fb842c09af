/**
 * The part of the card that changes with each step of a login.
 *
 * @module
 */
import {isPrivateAddress} from '../../base/loopback.ts'
import type {LoginAnswer, StatusAnswer, UsageAnswer} from '../client/answers.ts'
import type {AccountViewState, ViewProblem} from '../client/account-view.ts'
import {toTimeLeft, type CardLanguage, type CardTexts} from '../client/card-texts.ts'
import {createButton, createElement} from './create-element.ts'

/** What buttons do. */
export interface CardActions {
  readonly connect: () => unknown
  readonly cancel: () => unknown
  readonly logOut: () => unknown
  readonly load: () => unknown
  readonly save: () => unknown
  readonly test: () => unknown
  readonly copy: (text: string, key: string) => unknown
}

/** What is drawn beside the state. */
export interface CardContext {
  readonly texts: CardTexts
  readonly language: CardLanguage
  readonly actions: CardActions
  /** What was said of the last button, below the buttons. */
  readonly note: {readonly text: string; readonly isGood: boolean} | undefined
  /** Whether somebody looks over the shoulder of the user. */
  readonly isEmailHidden: boolean
}

/** Of this share of a limit on, little is left. */
const LOW_PERCENT = 10

/** Draws a state. */
export function drawAccount(state: AccountViewState, context: CardContext): readonly Node[] {
  const {actions, texts} = context
  switch (state.phase) {
    case 'loading': {
      return [drawTop(texts.checking, '', context)]
    }
    case 'off': {
      return [drawTop('OFF', '', context), drawProblem(state.problem)]
    }
    case 'idle': {
      return [drawTop(texts.notConnected, '', context), ...drawIdle(state.status, context)]
    }
    case 'starting': {
      return [drawTop('STARTING', 'busy', context), drawButtons([createSave(context, false)])]
    }
    case 'pending': {
      return [drawTop('PENDING', 'busy', context), ...drawPending(state.login, context)]
    }
    case 'connected': {
      return [drawTop(texts.connected, 'good', context), ...drawConnected(state.status, context)]
    }
    case 'problem': {
      const retry = createRetry(actions.connect, context)
      return [drawTop('ERROR', 'bad', context), drawProblem(state.problem), drawButtons([retry])]
    }
    case 'gone': {
      const problem = {code: 'gone', message: texts.gone, action: texts.goneAction}
      const retry = createRetry(actions.load, context)
      return [drawTop('ERROR', 'bad', context), drawProblem(problem), drawButtons([retry])]
    }
    default: {
      return []
    }
  }
}

/** Shows how much time is left, in what was drawn. */
export function drawTimeLeft(root: ParentNode, expiresAtMs: number, {texts}: CardContext): void {
  const place = root.querySelector('[data-time]')
  if (!place) return
  place.textContent = toTimeLeft(expiresAtMs, Date.now()) ?? texts.expired
}

function drawTop(status: string, look: string, {texts}: CardContext): Node {
  const state = createElement('span', {class: 'hidden'}, `${texts.state}: `)
  const badge = createElement('span', {class: `badge ${look}`}, state, status)
  return createElement('div', {class: 'top'}, createElement('h3', {}, texts.heading), badge)
}

function drawIdle(status: StatusAnswer, context: CardContext): readonly Node[] {
  const {actions, texts} = context
  const {action = '', code, detail: message} = status
  const explanation = createElement('p', {class: 'muted'}, texts.explain)
  const connect = createButton(texts.connect, actions.connect, {key: 'connect', class: 'primary'})
  return [
    ...(status.simulated ? [drawNote(texts.simulated)] : []),
    ...(code === undefined ? [] : [drawProblem({code, message, action})]),
    explanation,
    drawButtons([connect, createSave(context, false)]),
    ...drawMessage(context),
  ]
}

function drawPending(login: LoginAnswer, context: CardContext): readonly Node[] {
  const {actions, texts} = context
  const {user_code: code = '', verification_url: url = ''} = login
  const copyLink = createButton(texts.copyLink, () => actions.copy(url, 'copy-link'), {
    key: 'copy-link',
    class: 'small',
  })
  const copyCode = createButton(texts.copyCode, () => actions.copy(code, 'copy-code'), {
    key: 'copy-code',
    class: 'small',
  })
  const steps = createElement(
    'ol',
    {},
    drawStep(`1. ${texts.openLink}`, [drawLink(url, texts), copyLink]),
    drawStep(`2. ${texts.enterCode}`, [
      createElement('code', {'data-code': true, 'aria-label': spell(code)}, code),
      copyCode,
    ]),
  )
  const time = createElement('span', {'data-time': true})
  const cancel = createButton(texts.cancel, actions.cancel, {key: 'cancel'})
  return [
    ...(login.simulated ? [drawNote(texts.simulated)] : []),
    steps,
    createElement('p', {class: 'muted', role: 'timer'}, `${texts.timeLeft}: `, time),
    drawNote(texts.warning),
    drawButtons([cancel, createSave(context, false)]),
    ...drawMessage(context),
  ]
}

function drawConnected(status: StatusAnswer, context: CardContext): readonly Node[] {
  const {actions, isEmailHidden, texts} = context
  const {email, plan, usage = []} = status
  const account = isEmailHidden && email !== undefined ? '•••••@•••••' : email
  const facts = createElement(
    'dl',
    {},
    ...drawFact(texts.account, account ?? status.detail),
    ...(plan === undefined ? [] : drawFact(texts.plan, plan)),
  )
  return [
    facts,
    ...usage.map((window) => drawLimit(window, context)),
    drawButtons([
      createSave(context, true),
      createButton(texts.test, actions.test, {key: 'test'}),
      createButton(texts.logOut, actions.logOut, {key: 'log-out'}),
    ]),
    ...drawMessage(context),
  ]
}

function drawLimit(usage: UsageAnswer, {language, texts}: CardContext): Node {
  const {left_percent: left, resets_at: resetsAt, window} = usage
  const name = toWindowName(window, language)
  const resets = resetsAt === undefined ? '' : `, ${texts.resets} ${toDate(resetsAt, language)}`
  const bar = createElement('div')
  bar.style.width = `${Math.max(0, Math.min(left, 100))}%`
  const meter = createElement(
    'div',
    {
      class: left <= LOW_PERCENT ? 'meter low' : 'meter',
      role: 'meter',
      'aria-label': `${texts.leftAria} (${name})`,
      'aria-valuemin': '0',
      'aria-valuemax': '100',
      'aria-valuenow': String(left),
      'aria-valuetext': `${left} % ${texts.left}`,
    },
    bar,
  )
  const names = createElement(
    'div',
    {class: 'names'},
    createElement('span', {}, name),
    createElement('span', {class: 'muted'}, `${left} % ${texts.left}${resets}`),
  )
  return createElement('div', {class: 'limit'}, names, meter)
}

function drawStep(title: string, value: readonly Node[]): Node {
  return createElement(
    'li',
    {},
    createElement('p', {class: 'step'}, title),
    createElement('div', {class: 'value'}, ...value),
  )
}

/** Only a page with TLS, or one of this machine, can be opened by a click. */
function drawLink(url: string, {opensInNewTab}: CardTexts): Node {
  if (!isSafe(url)) return createElement('span', {}, url)
  const hint = createElement('span', {class: 'hidden'}, ` (${opensInNewTab})`)
  const target = {href: url, target: '_blank', rel: 'noopener noreferrer'}
  return createElement('a', {...target, 'data-key': 'link'}, url, hint)
}

function isSafe(text: string): boolean {
  return URL.canParse(text) && isPrivateAddress(new URL(text))
}

function drawProblem({action, message}: ViewProblem): Node {
  return createElement(
    'div',
    {class: 'alert', role: 'alert'},
    createElement('p', {}, createElement('strong', {}, message)),
    action === '' ? undefined : createElement('p', {class: 'action'}, action),
  )
}

function drawNote(text: string): Node {
  return createElement('p', {class: 'note'}, text)
}

function drawMessage({note}: CardContext): readonly Node[] {
  if (!note) return []
  return [createElement('p', {class: note.isGood ? 'message good' : 'message'}, note.text)]
}

function drawButtons(buttons: readonly Node[]): Node {
  return createElement('div', {class: 'row'}, ...buttons)
}

function drawFact(name: string, value: string): readonly Node[] {
  return [createElement('dt', {}, name), createElement('dd', {}, value)]
}

function createSave({actions, texts}: CardContext, isReady: boolean): Node {
  const look = isReady ? {class: 'primary'} : {disabled: true}
  return createButton(texts.save, actions.save, {key: 'save', ...look})
}

function createRetry(action: () => unknown, {texts}: CardContext): Node {
  return createButton(texts.retry, action, {key: 'retry', class: 'primary'})
}

/** Letter by letter: a screen reader would make words of them. */
function spell(code: string): string {
  return Array.from(code).join(' ')
}

function toWindowName(window: string, language: CardLanguage): string {
  const names: Readonly<Record<string, string>> = {weekly: 'semanal', monthly: 'mensual'}
  return language === 'es' ? (names[window] ?? window) : window
}

function toDate(iso: string, language: CardLanguage): string {
  const style = {dateStyle: 'medium', timeStyle: 'short'} as const
  return new Intl.DateTimeFormat(language, style).format(new Date(iso))
}
