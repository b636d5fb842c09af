/**
 * The two envelopes in which the backend says no.
 *
 * @module
 */

/** The flat envelope of the backend's allow-lists: `{"detail": …}`. */
export function answerDetail(
  status: number,
  detail: unknown,
  headers?: Record<string, string>,
): Response {
  return Response.json({detail}, {status, ...(headers && {headers})})
}

/** What the rich envelope holds. */
export interface RichError {
  readonly message: string
  readonly code: string | null
  readonly param?: string | null
  readonly type?: string
}

/** The rich envelope of what lies behind the backend: `{"error": {message, type, param, code}}`. */
export function answerError(status: number, error: RichError): Response {
  const {message, code, param = null, type = 'invalid_request_error'} = error
  return Response.json({error: {message, type, param, code}}, {status})
}

/** What a user who was switched off hears, wherever they ask. */
export function answerUserDeactivated(): Response {
  return answerError(401, {
    message:
      'Your OpenAI account has been deactivated, please check your email for more information. ' +
      'If you feel this is an error, contact us through our help center at help.openai.com.',
    code: 'account_deactivated',
  })
}
