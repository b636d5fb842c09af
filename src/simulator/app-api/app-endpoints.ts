/**
 * `GET /v1/models` and `POST /v1/responses`, for apps that use a ChatGPT plan.
 *
 * @module
 */
import {answerError} from '../backend-answer.ts'
import {listModels} from '../state/model-catalogue.ts'
import {parseJson} from '../parse-json.ts'
import {stream} from '../responses/responses-endpoint.ts'
import type {SimulatedAccount} from '../state/simulated-account.ts'
import type {Exchange, Simulation} from '../state/simulation.ts'
import {authenticateApp} from './authenticate-app.ts'
import {checkAppRequest, toReasoningOwner} from './check-app-request.ts'

const WEEK_MS = 7 * 86_400_000

/** Answers with the models of the user's plan. */
export async function answerAppModels(
  exchange: Exchange,
  simulation: Simulation,
): Promise<Response> {
  const app = await authenticateApp(exchange, simulation)
  if (app instanceof Response) return app
  const models = listModels(app.account).map(({slug, displayName, visibility}) => ({
    slug,
    display_name: displayName,
    visibility,
  }))
  return Response.json({models})
}

/** Answers a request with a stream of events, or refuses it. */
export async function answerAppResponses(
  exchange: Exchange,
  simulation: Simulation,
): Promise<Response> {
  const app = await authenticateApp(exchange, simulation)
  if (app instanceof Response) return app
  const body = parseJson(exchange.body)
  exchange.record.body = body
  const accepted = checkAppRequest(body, app)
  if (accepted instanceof Response) return accepted
  const refusal = spendCap(app.account, simulation.now())
  if (refusal) return refusal
  const {account, clientId} = app
  const answer = stream(accepted, {
    account,
    exchange,
    simulation,
    owner: toReasoningOwner(clientId),
  })
  // An app hears nothing of the limits of Codex.
  return new Response(answer.body, {headers: {'content-type': 'text/event-stream; charset=utf-8'}})
}

/** Counts a request against the week of the app. The limit says until when, or does not, as the account wants. */
function spendCap({app, plan}: SimulatedAccount, nowMs: number): Response | undefined {
  if (app.resetAtMs !== undefined && app.resetAtMs <= nowMs) {
    app.requests = 0
    app.resetAtMs = undefined
  }
  const {requestsPerWeek, tellsReset} = app
  if (requestsPerWeek === undefined || app.requests < requestsPerWeek) {
    app.resetAtMs ??= nowMs + WEEK_MS
    app.requests += 1
    return undefined
  }
  const resetsAt = Math.ceil((app.resetAtMs ?? nowMs + WEEK_MS) / 1000)
  const message = 'You have reached the weekly limit that you set for this app.'
  if (!tellsReset) {
    return answerError(429, {message, type: 'usage_limit_reached', code: 'usage_limit_reached'})
  }
  const error = {
    message,
    type: 'usage_limit_reached',
    code: 'usage_limit_reached',
    plan_type: plan,
    resets_at: resetsAt,
    limit_window_minutes: WEEK_MS / 60_000,
  }
  return Response.json({error}, {status: 429})
}
