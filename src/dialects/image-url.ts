/**
 * Images in a request.
 *
 * @module
 */
import {RequestInvalidError} from '../errors.ts'

/** What the models can look at. */
const IMAGE_DATA_URL = /^data:image\/(?:gif|jpe?g|png|webp);(?:[\w=-]+;)*base64,/i

/**
 * An image as a request may hold it: a data URL, or an address on the web.
 *
 * An image that the model cannot read is refused here, before it is part of a conversation: it would
 * make every later request of that conversation fail as well.
 *
 * @param path Where it stands in the caller's request.
 * @throws {RequestInvalidError} It is neither, or of a format that models do not read.
 * @see {@link https://github.com/openai/codex/issues/5346}
 */
export function checkImageUrl(url: unknown, path: string): string {
  if (typeof url === 'string' && /^https?:\/\//i.test(url)) return url
  return checkImageDataUrl(url, path)
}

/**
 * An image as a data URL.
 *
 * @param path Where it stands in the caller's request.
 * @throws {RequestInvalidError} It is not one, or of a format that models do not read.
 */
export function checkImageDataUrl(url: unknown, path: string): string {
  if (typeof url === 'string' && IMAGE_DATA_URL.test(url)) return url
  throw new RequestInvalidError(
    `\`${path}\` must be a PNG, JPEG, WebP or GIF image, as a data URL in base64`,
  )
}
