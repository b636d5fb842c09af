/**
 * The addresses of logins.
 *
 * @module
 */
import {ConnectorError} from '../connector-error.ts'
import type {Flow} from '../flow/flow.ts'
import {readProviderId} from './provider-type.ts'
import type {Reply, Route, RouteContext} from './route.ts'
import {toAccountLoginAnswer, toFlowAnswer, toLoginAnswer, toStoredFlowAnswer} from './to-answer.ts'

/** The longest that a request waits for a change, in seconds. Proxies give up after 30 or more. */
const MAX_WAIT_SECONDS = 25

/** Starting, watching and cancelling logins. */
export const LOGIN_ROUTES: readonly Route[] = [
  {method: 'POST', path: '/connectors/codex/login', action: 'start_login', run: startLogin},
  {method: 'POST', path: '/provider/codex/device-login', action: 'start_login', run: startLogin},
  {
    method: 'GET',
    path: '/connectors/codex/login/:id',
    action: 'get_login',
    run: async (context) => {
      const flow = await findLogin(context)
      return {body: toFlowAnswer(flow, context)}
    },
  },
  {
    method: 'POST',
    path: '/connectors/codex/login/:id/cancel',
    action: 'cancel_login',
    run: cancelLogin,
  },
  {
    method: 'POST',
    path: '/connectors/account/login/start',
    action: 'start_login',
    run: startAccountLogin,
  },
  {
    method: 'GET',
    path: '/connectors/account/login/:id',
    action: 'get_login',
    run: async (context) => {
      const flow = await findLogin(context)
      return {body: toStoredFlowAnswer(flow, context)}
    },
  },
]

async function startLogin(context: RouteContext): Promise<Reply> {
  const flow = await context.operations.startLogin(context.user)
  return toReply(flow, toLoginAnswer(flow, context))
}

async function startAccountLogin(context: RouteContext): Promise<Reply> {
  const {body, operations, user} = context
  const providerId = readProviderId(body)
  const flow = await operations.startLogin(user)
  return toReply(flow, toAccountLoginAnswer(flow, {...context, providerId}))
}

async function cancelLogin(context: RouteContext): Promise<Reply> {
  const {operations, parameters, user} = context
  const {id = ''} = parameters
  const cancel = await operations.cancelLogin(user, id)
  const flow = await operations.getLogin(user, id)
  if (!flow) throw new ConnectorError('not_found')
  return {body: {...toFlowAnswer(flow, context), cancel}}
}

/** With `?version=3&wait=20`, the answer comes once there is a newer version, or after 20 seconds. */
async function findLogin({
  operations,
  parameters,
  query,
  signal,
  user,
}: RouteContext): Promise<Flow> {
  const {id = ''} = parameters
  const seconds = Math.min(Number(query.get('wait') ?? 0) || 0, MAX_WAIT_SECONDS)
  const version = Number(query.get('version') ?? 0) || 0
  const flow =
    seconds > 0
      ? await operations.waitForLogin(user, id, {version, timeoutMs: seconds * 1000, signal})
      : await operations.getLogin(user, id)
  if (!flow) throw new ConnectorError('not_found')
  return flow
}

function toReply({problem}: Flow, body: Reply['body']): Reply {
  return {body, ...(problem && {outcome: problem})}
}
