/**
 * A request for an image as the Codex backend takes it.
 *
 * @module
 * @see {@link https://platform.openai.com/docs/api-reference/images}
 */
import {RequestInvalidError} from '../../errors.ts'
import {toJsonObject, toText, type JsonObject} from '../../base/json-object.ts'
import {checkImageUrl} from '../../responses/request/items/check-image.ts'
import {createChangeList, type RequestChange} from '../../responses/request-change.ts'
import {toImageSize} from './image-size.ts'

/** What the backend is asked to draw. */
export interface BackendImageRequest {
  /** Below the backend's base URL. */
  readonly path: '/codex/images/edits' | '/codex/images/generations'
  readonly body: JsonObject & {readonly model: string}
  /** What of the request was dropped. */
  readonly changes: readonly RequestChange[]
}

/** What a request without a model gets. */
const DEFAULT_MODEL = 'gpt-image-2'

/** The most images that one request may bring. */
const MAX_IMAGES = 16

/** Fields that are understood here. */
const KNOWN_FIELDS = new Set([
  'aspect_ratio',
  'image',
  'images',
  'model',
  'n',
  'prompt',
  'response_format',
  'size',
])

/** Fields without which the caller would get something else than it asked for. */
const REFUSED_FIELDS = ['mask', 'stream']

/**
 * Converts a request of OpenAI's API, or of a host that sends `aspect_ratio` and `images`.
 *
 * @param isEdit Whether it was sent as an edit. With images it is one, wherever it was sent.
 * @throws {RequestInvalidError} It cannot be drawn; the error says why.
 */
export function toBackendImageRequest(
  request: JsonObject,
  {isEdit}: {readonly isEdit: boolean},
): BackendImageRequest {
  checkFields(request)
  const model = readModel(request['model'])
  const {aspect_ratio: aspectRatio, size: askedSize} = request
  const size = toImageSize({model, size: askedSize, aspectRatio})
  const images = readImages(request['images'] ?? request['image'])
  if (isEdit && images.length === 0) {
    throw new RequestInvalidError('`images` must hold the image to edit')
  }
  const {changes, report} = createChangeList()
  for (const [field, value] of Object.entries(request)) {
    if (!KNOWN_FIELDS.has(field) && isSet(value))
      report(field, 'dropped', 'The backend has no such field')
  }
  if (toText(aspectRatio) && size === undefined) {
    report('aspect_ratio', 'dropped', 'The model has no size of that ratio')
  }
  return {
    path: images.length > 0 ? '/codex/images/edits' : '/codex/images/generations',
    body: {
      model,
      prompt: request['prompt'],
      ...(images.length > 0 && {images: images.map((url) => ({image_url: url}))}),
      ...(size !== undefined && {size}),
    },
    changes,
  }
}

function checkFields(request: JsonObject): void {
  const {n, prompt} = request
  if (toText(prompt) === undefined) {
    throw new RequestInvalidError('`prompt` must say what to draw')
  }
  if (n !== undefined && n !== null && n !== 1) {
    throw new RequestInvalidError('`n` must be 1: Codex draws one image for a request')
  }
  const refused = REFUSED_FIELDS.find((field) => isSet(request[field]))
  if (refused !== undefined) {
    throw new RequestInvalidError(`\`${refused}\` is nothing that Codex can do; leave it out`)
  }
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false
}

/** Hosts put their own names in front, with colons between. */
function readModel(model: unknown): string {
  if (model === undefined || model === null) return DEFAULT_MODEL
  const name = toText(model)?.split(':').at(-1)
  if (!name) throw new RequestInvalidError('`model` must name a model, for example gpt-image-2')
  return name
}

/** Images are `{url}`, `{image_url}` or the URL alone, one or a list of them. */
function readImages(value: unknown): string[] {
  if (value === undefined || value === null) return []
  const images = Array.isArray(value) ? (value as unknown[]) : [value]
  if (images.length > MAX_IMAGES) {
    throw new RequestInvalidError(`\`images\` must be at most ${MAX_IMAGES}`)
  }
  return images.map((image, index) => {
    const {url, image_url: imageUrl} = toJsonObject(image)
    const path = `images[${index}]`
    const given = url ?? imageUrl ?? image
    if (typeof given === 'string' && /^data:/i.test(given)) return checkImageUrl(given, path)
    throw new RequestInvalidError(`\`${path}\` must hold the image itself, as a data URL`)
  })
}
