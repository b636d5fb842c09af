/**
 * The way to the backend where a setting may want WebSockets.
 *
 * @module
 */
import {toErrorName} from '../../../errors.ts'
import type {Log} from '../../../base/log.ts'
import type {Send} from '../../../http/send.ts'
import type {SocketSend} from './create-socket-send.ts'

/** What it is made of. */
export interface LateSocketSendOptions {
  /** The way by HTTP. */
  readonly send: Send
  /** Whether WebSockets are wanted, asked with each request. */
  readonly isWanted: () => boolean
  /** Loads the way by WebSockets, the first time that it is wanted; `undefined` where there is none. */
  readonly load: () => Promise<SocketSend | undefined>
  readonly log: Log
}

/** Creates it. Where WebSockets are not to be had, requests go by HTTP, and the log says so once. */
export function createLateSocketSend({
  isWanted,
  load,
  log,
  send,
}: LateSocketSendOptions): SocketSend {
  let loading: Promise<SocketSend | undefined> | undefined
  const find = () =>
    (loading ??= load().then(
      (sockets) => {
        if (!sockets) log.info('There are no WebSockets here')
        return sockets
      },
      (error: unknown) => {
        log.warn('WebSockets could not be loaded', {name: toErrorName(error)})
        return undefined
      },
    ))
  return {
    async send(url, request) {
      const sockets = isWanted() ? await find() : undefined
      return (sockets?.send ?? send)(url, request)
    },
    close: () => void loading?.then((sockets) => sockets?.close()),
  }
}
