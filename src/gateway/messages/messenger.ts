/**
 * Telling other programs and phones, beside the requests and never in their way.
 *
 * @module
 */
import type {Log} from '../../base/log.ts'
import {toErrorName} from '../../errors.ts'
import type {FetchFunction} from '../../http/fetch.ts'
import type {Receiver} from '../rules/rules.ts'
import type {Message} from './incidents.ts'

/** How messages are sent. */
export interface MessengerOptions {
  readonly fetch: FetchFunction
  readonly log: Log
  /** Read for each message. */
  readonly receivers: () => readonly Receiver[]
  /** Waits between two tries, in milliseconds; rejects when the signal is aborted. */
  readonly delay: (milliseconds: number, signal?: AbortSignal) => Promise<void>
}

/** Sends messages. */
export interface Messenger {
  /** Takes a message, and waits for nothing. The oldest are let go of when too many wait. */
  send(message: Message): void
  /** Resolves once everything was sent, or given up. Never rejects. */
  settle(): Promise<void>
  /** Gives up what waits. */
  stop(): void
}

/** How a message was received. */
export type Delivery =
  | {readonly kind: 'delivered'}
  | {readonly kind: 'failed'; readonly why: string; readonly isWorthAnotherTry: boolean}

/** Messages that wait at most. */
const MAX_WAITING = 100

/** How long a receiver may take, in milliseconds. */
const TIMEOUT_MS = 10_000

/** Pauses before the second try and those after it, in milliseconds. */
const PAUSES_MS = [1000, 10_000, 60_000]

/** Creates a messenger. Each receiver gets its messages in their order. */
export function createMessenger(options: MessengerOptions): Messenger {
  const {receivers} = options
  const stopping = new AbortController()
  const queues = new Map<string, {waiting: Message[]; work: Promise<void>}>()

  async function work(receiver: Receiver, waiting: Message[]): Promise<void> {
    for (let message = waiting.shift(); message; message = waiting.shift()) {
      await deliverInTime(receiver, message, {...options, signal: stopping.signal})
    }
    queues.delete(receiver.id)
  }

  return {
    send(message) {
      for (const receiver of receivers()) {
        if (!receiver.topics.some((topic) => topic === message.topic)) continue
        const queue = queues.get(receiver.id)
        if (!queue) {
          const waiting = [message]
          queues.set(receiver.id, {waiting, work: work(receiver, waiting)})
          continue
        }
        queue.waiting.push(message)
        if (queue.waiting.length > MAX_WAITING) queue.waiting.shift()
      }
    },
    async settle() {
      await Promise.all([...queues.values()].map((queue) => queue.work))
    },
    stop: () => stopping.abort(),
  }
}

async function deliverInTime(
  receiver: Receiver,
  message: Message,
  {delay, fetch, log, signal}: MessengerOptions & {readonly signal: AbortSignal},
): Promise<void> {
  for (const pauseMs of [...PAUSES_MS, undefined]) {
    if (signal.aborted) return
    const delivery = await deliver(receiver, message, {fetch, signal})
    if (delivery.kind === 'delivered') return
    const {isWorthAnotherTry, why} = delivery
    if (!isWorthAnotherTry || pauseMs === undefined) {
      log.warn('A message was not delivered', {receiver: receiver.id, topic: message.topic, why})
      return
    }
    try {
      await delay(pauseMs, signal)
    } catch {
      return
    }
  }
}

/** How one message is sent. */
export interface DeliverOptions extends Pick<MessengerOptions, 'fetch'> {
  readonly signal?: AbortSignal
}

/** Sends one message once. No redirect is followed: it could lead anywhere. Never rejects. */
export async function deliver(
  receiver: Receiver,
  message: Message,
  {fetch, signal}: DeliverOptions,
): Promise<Delivery> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS)
  try {
    const {authorization, url} = toPlace(receiver.url)
    const {body, headers} = toRequest(receiver, message)
    const response = await fetch(url, {
      body,
      headers: {...headers, ...(authorization !== undefined && {authorization})},
      method: 'POST',
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    })
    await response.body?.cancel()
    if (response.ok) return {kind: 'delivered'}
    const {status} = response
    return {
      kind: 'failed',
      why: `HTTP ${status}`,
      isWorthAnotherTry: status === 429 || status >= 500,
    }
  } catch (error) {
    const why = timeout.aborted ? 'no answer in time' : toErrorName(error)
    return {kind: 'failed', why, isWorthAnotherTry: true}
  }
}

/**
 * How ntfy shows a message: its title, how much it disturbs (1 to 5, 3 is usual), and a tag that becomes a picture.
 *
 * @see {@link https://docs.ntfy.sh/publish/}
 */
interface NtfyLook {
  readonly title: string
  readonly priority: string
  readonly tags: string
}

const LOOKS: Readonly<Record<Message['topic'], NtfyLook>> = {
  back: {title: 'Codex accounts are back', priority: '3', tags: 'white_check_mark'},
  exhausted: {title: 'All Codex accounts are used up', priority: '4', tags: 'warning'},
  'login-needed': {title: 'A Codex account needs a new login', priority: '4', tags: 'key'},
  switched: {title: 'Another Codex account goes on', priority: '2', tags: 'repeat'},
  test: {title: 'A test of your gateway', priority: '3', tags: 'wave'},
}

/** Names and passwords in an address go into a header: `fetch` refuses the address otherwise. */
function toPlace(address: string): {readonly url: string; readonly authorization?: string} {
  const url = new URL(address)
  const {password, username} = url
  if (username === '' && password === '') return {url: address}
  url.username = ''
  url.password = ''
  const secret = [username, password].map(decodeURIComponent).join(':')
  return {url: url.href, authorization: `Basic ${Buffer.from(secret).toString('base64')}`}
}

function toRequest({kind}: Receiver, message: Message) {
  const {account, atMs, text, topic, untilMs} = message
  if (kind === 'ntfy') {
    return {headers: {...LOOKS[topic], 'content-type': 'text/plain; charset=utf-8'}, body: text}
  }
  const body = {
    topic,
    text,
    at: new Date(atMs).toISOString(),
    ...(account !== undefined && {account}),
    ...(untilMs !== undefined && {until: new Date(untilMs).toISOString()}),
  }
  return {headers: {'content-type': 'application/json'}, body: JSON.stringify(body)}
}

/** The address of a receiver without what may be a secret in it, for example `https://ntfy.sh/…`. */
export function toShownAddress(url: string): string {
  return URL.canParse(url) ? `${new URL(url).origin}/…` : 'no address'
}
