/**
 * A request for an image as a form, which is how OpenAI's own SDK sends images to edit.
 *
 * @module
 * @see {@link https://platform.openai.com/docs/api-reference/images/createEdit}
 */
import {RequestInvalidError} from '../../errors.ts'
import type {JsonObject} from '../../http/json-object.ts'

/** Fields that hold images. */
const IMAGE_FIELDS = new Set(['image', 'image[]'])

/** How files of each format begin. */
const SIGNATURES: readonly (readonly [type: string, beginning: RegExp])[] = [
  ['image/png', /^\u0089PNG\r\n/],
  ['image/jpeg', /^\u00ff\u00d8\u00ff/],
  ['image/webp', /^RIFF[^]{4}WEBP/],
]

/**
 * Reads a form as if it were the same request in JSON.
 *
 * @throws {RequestInvalidError} It is not a form, or a file in it is no image.
 */
export async function readImageForm(request: Request): Promise<JsonObject> {
  const form = await readForm(request)
  const fields: Record<string, unknown> = {}
  const images: Promise<JsonObject>[] = []
  for (const [name, value] of form) {
    if (typeof value !== 'string' && IMAGE_FIELDS.has(name)) images.push(toImage(value))
    // A number is a text in a form; `n` is the only one that is looked at.
    else fields[name] = name === 'n' ? Number(value) : value
  }
  return {...fields, ...(images.length > 0 && {images: await Promise.all(images)})}
}

async function readForm(request: Request): Promise<FormData> {
  try {
    return await request.formData()
  } catch (cause) {
    throw new RequestInvalidError('The body of the request must be a form', {cause})
  }
}

async function toImage(file: Blob): Promise<JsonObject> {
  const bytes = Buffer.from(await file.arrayBuffer())
  // By its content: SDKs call a file whose name says nothing `application/octet-stream`.
  const beginning = bytes.toString('latin1', 0, 12)
  const type = SIGNATURES.find(([, pattern]) => pattern.test(beginning))?.[0]
  if (type === undefined) {
    throw new RequestInvalidError('`image` must be a PNG, JPEG or WebP file')
  }
  return {url: `data:${type};base64,${bytes.toString('base64')}`}
}
