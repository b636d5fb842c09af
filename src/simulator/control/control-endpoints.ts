/**
 * `/_simulator/…`: how a test, or a user with `curl`, steers a running simulator.
 *
 * @module
 */
import * as z from 'zod'
import {changeAccount, accountChangeSchema} from './account-change.ts'
import {writtenAnswerSchema} from '../state/answer-book.ts'
import {faultSchema} from '../state/fault.ts'
import {parseJson} from '../parse-json.ts'
import {listModels} from '../state/model-catalogue.ts'
import {accountSeedSchema, type SimulatedAccount} from '../state/simulated-account.ts'
import {resetSimulation, type Exchange, type Simulation} from '../state/simulation.ts'
import {readUsageWindow} from '../state/usage-window.ts'

/** `GET /_simulator/requests`: what arrived. */
export function listRequests(_exchange: Exchange, {requests}: Simulation): Response {
  return Response.json({requests: requests.list()})
}

/** `GET /_simulator/counts`: how often each endpoint gave each answer, and what was cached. */
export function listCounts(_exchange: Exchange, {counts, tokens}: Simulation): Response {
  return Response.json({counts: counts.read(), tokens: tokens.read()})
}

/** `GET /_simulator/faults`: the faults that wait. */
export function listFaults(_exchange: Exchange, {faults}: Simulation): Response {
  return Response.json({faults: faults.list()})
}

/** `POST /_simulator/faults`: adds one fault. */
export function addFault({body}: Exchange, {faults}: Simulation): Response {
  const parsed = faultSchema.safeParse(parseJson(body))
  if (!parsed.success) return answerInvalid(parsed.error, body)
  faults.add(parsed.data)
  return Response.json({faults: faults.list()}, {status: 201})
}

/** `DELETE /_simulator/faults`: forgets the faults that wait. */
export function clearFaults(_exchange: Exchange, {faults}: Simulation): Response {
  faults.clear()
  return Response.json({faults: []})
}

/** `GET /_simulator/answers`: what was written for the model. */
export function listAnswers(_exchange: Exchange, {answers}: Simulation): Response {
  return Response.json({answers: answers.list()})
}

/** `POST /_simulator/answers`: writes what the model says to prompts with these words. */
export function addAnswer({body}: Exchange, {answers}: Simulation): Response {
  const parsed = writtenAnswerSchema.safeParse(parseJson(body))
  if (!parsed.success) return answerInvalid(parsed.error, body)
  answers.add(parsed.data)
  return Response.json({answers: answers.list()}, {status: 201})
}

/** `DELETE /_simulator/answers`: the model repeats what it hears again. */
export function clearAnswers(_exchange: Exchange, {answers}: Simulation): Response {
  answers.clear()
  return Response.json({answers: []})
}

/** `GET /_simulator/accounts`. */
export function listAccounts(_exchange: Exchange, {accounts, now}: Simulation): Response {
  return Response.json({accounts: accounts.list().map((account) => describe(account, now()))})
}

/** `POST /_simulator/accounts`: adds an account. */
export function addAccount({body}: Exchange, {accounts, now}: Simulation): Response {
  const parsed = accountSeedSchema.safeParse(parseJson(body))
  if (!parsed.success) return answerInvalid(parsed.error, body)
  try {
    const account = accounts.add(parsed.data)
    return Response.json({account: describe(account, now())}, {status: 201})
  } catch (error) {
    return Response.json({detail: error instanceof Error ? error.message : ''}, {status: 409})
  }
}

/** `PATCH /_simulator/accounts`: changes an account, or ends its tokens. */
export function patchAccount({body}: Exchange, simulation: Simulation): Response {
  const parsed = accountChangeSchema.safeParse(parseJson(body))
  if (!parsed.success) return answerInvalid(parsed.error, body)
  const {email, ...change} = parsed.data
  const account = simulation.accounts.find(email)
  if (!account) return Response.json({detail: `There is no account ${email}`}, {status: 404})
  changeAccount(account, change, simulation)
  return Response.json({account: describe(account, simulation.now())})
}

/** `POST /_simulator/reset`: back to the start; nobody is logged in any more. */
export function answerReset(_exchange: Exchange, simulation: Simulation): Response {
  resetSimulation(simulation)
  return Response.json({})
}

function describe(account: SimulatedAccount, nowMs: number): object {
  const {windows, models: _models, laggingUsage, ...fields} = account
  return {
    ...fields,
    usage: laggingUsage ? 'lagging' : 'live',
    models: listModels(account).map(({slug}) => slug),
    windows: windows.map((window) => ({
      ...readUsageWindow(window, nowMs),
      percentPerRequest: window.percentPerRequest,
    })),
  }
}

function answerInvalid(error: z.ZodError, body: Uint8Array): Response {
  if (parseJson(body) === undefined) {
    const detail =
      'The body is not JSON. Send a JSON object; npm run simulator -- --help has an example of each.'
    return Response.json({detail}, {status: 400})
  }
  return Response.json({detail: z.prettifyError(error), issues: error.issues}, {status: 400})
}
