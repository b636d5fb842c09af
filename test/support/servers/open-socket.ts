import {once} from 'node:events'
import {onTestFinished} from 'vitest'
import {WebSocket, type ClientOptions} from 'ws'
import {eventually} from '../eventually.ts'

/** A message, as far as tests look at it. */
export interface SocketEvent {
  readonly type: string
  readonly [field: string]: unknown
}

/** A client of a WebSocket. */
export interface SocketClient {
  /** What came so far. */
  readonly events: readonly SocketEvent[]
  readonly socket: WebSocket
  /** The code that it was closed with; `undefined` while it is open. */
  readonly closeCode: number | undefined
  send(message: unknown): void
  /** Sends a request. Resolves with what came until its answer was over, or the connection was closed. */
  create(fields: Readonly<Record<string, unknown>>): Promise<readonly SocketEvent[]>
}

const ENDS = new Set(['response.completed', 'response.incomplete', 'response.failed', 'error'])

/** Opens a WebSocket for one test. Rejects when it is refused. */
export async function openSocket(
  url: URL | string,
  options: ClientOptions = {},
): Promise<SocketClient> {
  const socket = new WebSocket(new URL(url).href.replace(/^http/, 'ws'), options)
  onTestFinished(() => socket.terminate())
  const events: SocketEvent[] = []
  const state: {closeCode?: number} = {}
  socket.on('close', (code) => (state.closeCode = code))
  socket.on('message', (data: Buffer, isBinary) => {
    events.push(isBinary ? {type: 'binary'} : (JSON.parse(data.toString()) as SocketEvent))
  })
  await once(socket, 'open')
  socket.on('error', () => undefined)
  return {
    events,
    socket,
    get closeCode() {
      return state.closeCode
    },
    send: (message) => socket.send(JSON.stringify(message)),
    async create(fields) {
      const from = events.length
      socket.send(JSON.stringify({type: 'response.create', ...fields}))
      await eventually(() => {
        const isOver = events.slice(from).some(({type}) => ENDS.has(type))
        if (!isOver && state.closeCode === undefined) throw new Error('The answer goes on')
      })
      return events.slice(from)
    },
  }
}

/** The status with which an upgrade is refused, and the body. */
export async function refusedUpgrade(
  url: URL | string,
  options: ClientOptions = {},
): Promise<{readonly status: number; readonly text: string}> {
  const socket = new WebSocket(new URL(url).href.replace(/^http/, 'ws'), options)
  socket.on('error', () => undefined)
  return new Promise((resolve, reject) => {
    socket.on('open', () => {
      socket.terminate()
      reject(new Error('The upgrade was taken'))
    })
    socket.on('unexpected-response', (_request, answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (part: string) => (text += part))
      answer.on('end', () => resolve({status: answer.statusCode ?? 0, text}))
    })
  })
}
