/**
 * Answers a request of OpenAI's Images API.
 *
 * @module
 */
import {EventInvalidError, NetworkError} from '../../errors.ts'
import {
  isDeepJson,
  isJsonObject,
  parseJson,
  toJsonObject,
  toText,
  type JsonObject,
} from '../../base/json-object.ts'
import {readWhole} from '../../http/read-whole.ts'
import type {Backend} from '../../responses/backend.ts'
import type {CallerRequest} from '../../responses/read-caller-request.ts'
import {readTraceHeaders} from '../../responses/trace-headers.ts'
import type {OpenedAnswer} from '../../responses/transport/opened-answer.ts'
import {createImageAsker} from './ask-for-image.ts'
import {readImageForm} from './read-image-form.ts'
import {toBackendImageRequest} from './to-backend-image-request.ts'

/** The most that an answer may have, in bytes: the largest image seen had 20 MB. */
const MAX_BYTES = 64_000_000

/**
 * Has an image drawn, or edited.
 *
 * @returns `{created, data: [{b64_json}]}`.
 * @throws {CodexError} There is no image; the message says why.
 */
export async function answerImageRequest(
  caller: CallerRequest,
  backend: Backend,
): Promise<Response> {
  const {log, now, pool, scope} = backend
  const {signal} = caller
  const request = toBackendImageRequest(await readFields(caller), {
    isEdit: caller.path.endsWith('/edits'),
  })
  const {changes} = request
  if (changes.length > 0) log.debug('Image request was changed', {changes})
  scope?.onPrepared?.(request.body)
  const ask = createImageAsker(request, signal, backend)
  const opened = await pool.run(undefined, ask, {...scope, needsCodexTo: 'draw images'})
  const images = toImages(await readAnswer(opened, signal), now())
  return Response.json(images, {headers: readTraceHeaders(opened.headers)})
}

async function readFields({readBody, readForm}: CallerRequest): Promise<JsonObject> {
  const form = readForm()
  return form ? readImageForm(form) : readBody()
}

/** Not asked again when the connection is lost: the image was drawn, and paid for. */
async function readAnswer(
  {body}: OpenedAnswer<Response>,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  try {
    const text = await readWhole({body}, MAX_BYTES)
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
