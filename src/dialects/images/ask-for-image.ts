/**
 * Asking for an image as one account, until it answers or cannot.
 *
 * @module
 */
import type {AccountAttempt} from '../../accounts/choice/account-pool.ts'
import {toAccountLabel} from '../../accounts/account.ts'
import {toWellFormedJson} from '../../base/to-well-formed-json.ts'
import type {Backend} from '../../responses/backend.ts'
import {withRetries} from '../../responses/retry.ts'
import {createPost} from '../../responses/transport/http/post-as-account.ts'
import type {OpenedAnswer} from '../../responses/transport/opened-answer.ts'
import {withAccessToken} from '../../responses/transport/with-access-token.ts'
import type {BackendImageRequest} from './to-backend-image-request.ts'

/** Makes what the pool runs with one account after another. */
export function createImageAsker(
  {path, body}: BackendImageRequest,
  signal: AbortSignal | undefined,
  backend: Backend,
): (attempt: AccountAttempt) => Promise<OpenedAnswer<Response>> {
  const {explainModel} = backend
  return ({account}) => {
    const label = toAccountLabel(account)
    const refused = {label, model: body.model, ...(explainModel && {explainModel})}
    const takeBody = () => Buffer.from(toWellFormedJson(body))
    const call = {path, accept: 'application/json', account, signal, refused, takeBody} as const
    const attempt = withAccessToken(createPost(call, backend), call, backend)
    return withRetries(attempt, {...backend, signal})
  }
}
