/**
 * Logging in on another device: the two endpoints for the client, and the page for the user.
 *
 * @module
 */
import {randomBytes} from 'node:crypto'
import * as z from 'zod'
import {toCodeChallenge} from '../state/authorization-code-book.ts'
import {deviceRedirectUris} from './authorization-request.ts'
import {answerError} from '../backend-answer.ts'
import {
  answerErrorPage,
  answerPage,
  escapeHtml,
  findChosenAccount,
  renderAccountChoice,
} from '../page.ts'
import {parseJson} from '../parse-json.ts'
import type {Exchange, Simulation} from '../state/simulation.ts'

const DEVICE_SCOPE = 'openid profile email offline_access'

const userCodeRequestSchema = z.looseObject({client_id: z.string().min(1)})
const pollSchema = z.looseObject({device_auth_id: z.string(), user_code: z.string()})

/** `POST /api/accounts/deviceauth/usercode`: starts a device login. */
export function answerUserCode({body, record}: Exchange, simulation: Simulation): Response {
  const parsed = userCodeRequestSchema.safeParse(parseJson(body))
  if (!parsed.success) return answerInvalid('client_id is missing.')
  record.body = {client_id: parsed.data.client_id}
  const login = simulation.deviceCodes.start(parsed.data.client_id)
  return Response.json({
    device_auth_id: login.deviceAuthId,
    user_code: login.userCode,
    // The official client accepts a string only.
    interval: String(simulation.behaviour.deviceIntervalSeconds),
    expires_at: new Date(login.expiresAtMs).toISOString(),
  })
}

/** `POST /api/accounts/deviceauth/token`: asks whether the user has approved. */
export function answerDevicePoll({body}: Exchange, simulation: Simulation): Response {
  const parsed = pollSchema.safeParse(parseJson(body))
  if (!parsed.success) return answerInvalid('device_auth_id or user_code is missing.')
  const {device_auth_id: deviceAuthId, user_code: userCode} = parsed.data
  const state = simulation.deviceCodes.poll(deviceAuthId, userCode)
  if (state.kind !== 'approved') {
    // Waiting and unknown look the same to the client.
    const message = 'Device authorization is unknown. Please try again.'
    return answerError(403, {message, code: 'deviceauth_authorization_unknown'})
  }
  const codeVerifier = randomBytes(64).toString('base64url')
  const codeChallenge = toCodeChallenge(codeVerifier)
  const code = simulation.codes.create({
    account: state.account,
    clientId: state.clientId,
    scope: DEVICE_SCOPE,
    codeChallenge,
    redirectUris: deviceRedirectUris(simulation.issuer()),
  })
  return Response.json({
    status: 'success',
    authorization_code: code,
    code_challenge: codeChallenge,
    code_verifier: codeVerifier,
  })
}

/** `GET /codex/device`: where the user types the code. */
export function showDevicePage({url}: Exchange, {accounts}: Simulation): Response {
  const userCode = escapeHtml(url.searchParams.get('user_code') ?? '')
  return answerPage(
    'Log in on another device',
    `<form method="post" action="device">
<label class="field" for="user_code">Enter the code that your device shows</label>
<input type="text" id="user_code" name="user_code" value="${userCode}" required
 autocomplete="one-time-code" autocapitalize="characters" spellcheck="false">
${renderAccountChoice(accounts.list())}
<button class="primary">Continue</button>
</form>`,
  )
}

/** `POST /codex/device`: the user typed the code. */
export function approveDevice({body}: Exchange, {accounts, deviceCodes}: Simulation): Response {
  const form = new URLSearchParams(new TextDecoder().decode(body))
  const account = findChosenAccount(accounts.list(), form.get('account') ?? '')
  if (!account) return answerErrorPage('Choose one of the accounts on the page.')
  if (!deviceCodes.approve(form.get('user_code') ?? '', account)) {
    return answerErrorPage('This code is unknown, or too old. Start again.')
  }
  const text = 'You can close this page and go back to your device.'
  return answerPage('You are logged in', `<p role="status">${text}</p>`)
}

function answerInvalid(message: string): Response {
  return answerError(400, {message, code: 'invalid_request'})
}
