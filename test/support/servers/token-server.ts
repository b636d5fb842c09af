import {createServer, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {onTestFinished} from 'vitest'
import {createGate, type Gate} from '../gate.ts'
import {buildLogin, type LoginOptions} from '../accounts/build-login.ts'

/** How one request for tokens is answered. `body` are new tokens: from then on the one that was sent is spent. */
export type TokenAnswer = (response: ServerResponse, body: string) => void

/** An authorization server on which refresh tokens work once, and whose answers a test decides on. */
export interface TokenServer {
  /** The address, for `CODEX_AUTH_ISSUER_URL`. */
  readonly url: string
  /** Every refresh token that was sent. */
  readonly sent: string[]
  /** The one that works. */
  current(): string
  /** How the next requests are answered, once each; after them, at once. */
  next(...answers: TokenAnswer[]): void
  /** Keeps the next answer until the gate is opened. */
  hold(): Gate
}

/** Answers at once. */
const answerAtOnce: TokenAnswer = (response, body) => {
  response.setHeader('content-type', 'application/json')
  response.end(body)
}

/** Answers after so many milliseconds. */
export function answerAfter(milliseconds: number): TokenAnswer {
  return (response, body) => void setTimeout(() => answerAtOnce(response, body), milliseconds)
}

/** Starts a server for one user, whose login in the test has the serial 1. It is closed with the test. */
export async function startTokenServer(login: LoginOptions): Promise<TokenServer> {
  const answers: TokenAnswer[] = []
  const sent: string[] = []
  const state = {serial: 1}
  const current = () => buildLogin({...login, serial: state.serial}).refreshToken
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => void chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString()
      const isOfApp = request.url === '/api/accounts/oauth/token'
      const form: unknown = isOfApp
        ? Object.fromEntries(new URLSearchParams(text))
        : JSON.parse(text)
      const fields = form as {refresh_token: string}
      sent.push(fields.refresh_token)
      if (fields.refresh_token !== current()) {
        response.statusCode = 401
        response.end('{"error":{"code":"refresh_token_reused"}}')
        return
      }
      state.serial += 1
      const tokens = buildLogin({...login, exp: 2_000_000_000, serial: state.serial})
      const answer = answers.shift() ?? answerAtOnce
      answer(
        response,
        JSON.stringify({
          access_token: tokens.accessToken,
          refresh_token: tokens.refreshToken,
          id_token: tokens.idToken,
        }),
      )
    })
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const {port} = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    sent,
    current,
    next: (...more) => void answers.push(...more),
    hold() {
      const gate = createGate()
      answers.push((...given) => void gate.opened.then(() => answerAtOnce(...given)))
      return gate
    },
  }
}
