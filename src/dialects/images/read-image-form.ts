/**
 * A request for an image as a form, which is how OpenAI's own SDK sends images to edit.
 *
 * @module
 * @see {@link https://platform.openai.com/docs/api-reference/images/createEdit}
 */
import {RequestInvalidError} from '../../errors.ts'
import type {JsonObject} from '../../base/json-object.ts'

/** Fields that hold images. */
const IMAGE_FIELDS = new Set(['image', 'image[]'])

/**
 * Reads a form as if it were the same request in JSON.
 *
 * @throws {RequestInvalidError} It is not a form.
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

/** What kind of image it is shows its content; SDKs often do not know. */
async function toImage(file: Blob): Promise<JsonObject> {
  const bytes = Buffer.from(await file.arrayBuffer())
  return {url: `data:application/octet-stream;base64,${bytes.toString('base64')}`}
}
