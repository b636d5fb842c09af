/**
 * Answers a request of OpenAI's Images API.
 *
 * @module
 */
import {toWellFormedJson} from '../../base/to-well-formed-json.ts'
import {toAccountLabel} from '../../accounts/account.ts'
import {EventInvalidError, NetworkError, RequestInvalidError} from '../../errors.ts'
import {
  isDeepJson,
  isJsonObject,
  parseJson,
  toJsonObject,
  toText,
  type JsonObject,
} from '../../base/json-object.ts'
import {readWhole} from '../../http/read-whole.ts'
import {readBackendError} from '../../responses/refusal/backend-error.ts'
import type {Backend} from '../../responses/backend.ts'
import {fetchAsAccount, withAccessToken} from '../../responses/transport/fetch-as-account.ts'
import {withRetries} from '../../responses/retry.ts'
import {readImageForm} from './read-image-form.ts'
import {toBackendImageRequest} from './to-backend-image-request.ts'

/** The most that an answer may have, in bytes: the largest image seen had 20 MB. */
const MAX_BYTES = 64_000_000

/** What {@link answerImageRequest} needs from outside. */
export interface ImageOptions {
  readonly backend: Backend
  /** Aborted when the caller no longer wants the image. */
  readonly signal: AbortSignal | undefined
}

/**
 * Has an image drawn, or edited.
 *
 * @returns `{created, data: [{b64_json}]}`.
 * @throws {CodexError} There is no image; the message says why.
 */
export async function answerImageRequest(
  request: Request,
  {backend, signal}: ImageOptions,
): Promise<Response> {
  const {explainModel, log, now, pool} = backend
  const {path, body, changes} = toBackendImageRequest(await readFields(request), {
    isEdit: new URL(request.url).pathname.endsWith('/edits'),
  })
  if (changes.length > 0) log.debug('Image request was changed', {changes})
  const response = await pool.run(undefined, ({account}) => {
    const label = toAccountLabel(account)
    const refused = {label, model: body.model, ...(explainModel && {explainModel})}
    const call = {account, body: toWellFormedJson(body), signal}
    const attempt = async (token: string) => {
      const answer = await fetchAsAccount(path, {...call, token}, backend)
      if (answer.ok) return answer
      throw await readBackendError(answer, {...refused, nowMs: now()})
    }
    return withRetries(() => withAccessToken(attempt, call, backend), {...backend, signal})
  })
  return Response.json(toImages(await readAnswer(response, signal), now()))
}

async function readFields(request: Request): Promise<JsonObject> {
  if (request.headers.get('content-type')?.startsWith('multipart/form-data')) {
    return readImageForm(request)
  }
  const json = parseJson(await request.text())
  if (isJsonObject(json)) return json
  throw new RequestInvalidError('The body of the request must be a JSON object')
}

/** Not asked again when the connection is lost: the image was drawn, and paid for. */
async function readAnswer(response: Response, signal: AbortSignal | undefined): Promise<unknown> {
  try {
    const text = await readWhole(response, MAX_BYTES)
    return text !== undefined && !isDeepJson(text) ? parseJson(text) : undefined
  } catch (cause) {
    signal?.throwIfAborted()
    throw new NetworkError(
      'The connection to ChatGPT was lost before the image was here. Ask again.',
      {
        cause,
      },
    )
  }
}

/** Only what callers read: the rest may say more of the account than of the image. */
function toImages(answer: unknown, nowMs: number): JsonObject {
  const {created, data, usage} = toJsonObject(answer)
  const images = (Array.isArray(data) ? data.map(toJsonObject) : []).filter(
    (image) => toText(image['b64_json']) !== undefined,
  )
  if (images.length === 0) {
    throw new EventInvalidError('ChatGPT answered without an image. Ask again.')
  }
  return {
    created: typeof created === 'number' ? created : Math.floor(nowMs / 1000),
    data: images.map(({b64_json, revised_prompt}) => ({b64_json, revised_prompt})),
    ...(isJsonObject(usage) && {usage}),
  }
}
