/**
 * The size of an image, as its model can draw it.
 *
 * @module
 */
import {RequestInvalidError} from '../../errors.ts'
import {toText} from '../../base/json-object.ts'

/** Width and height in pixels, for each ratio of the two that hosts offer. */
const SIZES: ReadonlyMap<string, string> = new Map([
  ['1:1', '1024x1024'],
  ['3:2', '1536x1024'],
  ['2:3', '1024x1536'],
  ['16:9', '2048x1152'],
  ['9:16', '1152x2048'],
  ['4:3', '1600x1200'],
  ['3:4', '1200x1600'],
  ['2:1', '2048x1024'],
  ['1:2', '1024x2048'],
  ['20:9', '2560x1152'],
  ['9:20', '1152x2560'],
])

/** All that the older model draws. */
const SIZES_OF_1_5: readonly string[] = ['1024x1024', '1536x1024', '1024x1536']

/** What the newer model draws: edges in pixels, the area in pixels, and the longer by the shorter. */
const LIMITS = {edgeStep: 16, maxEdge: 3840, minArea: 655_360, maxArea: 8_294_400, maxRatio: 3}

/** How large an image the caller asks for. */
export interface ImageShape {
  readonly model: string
  /** For example `1024x1024`; `auto` leaves it to the model. */
  readonly size: unknown
  /** For example `16:9`; counts when there is no size. */
  readonly aspectRatio: unknown
}

/**
 * Chooses the size to ask for.
 *
 * @returns `undefined` leaves it to the model, because the caller does or the model has no such size.
 * @throws {RequestInvalidError} The ratio is not known, or the model does not draw that size.
 */
export function toImageSize({model, size, aspectRatio}: ImageShape): string | undefined {
  const asked = readOption(size, 'size')
  if (asked !== undefined) return checkSize(asked, model)
  const ratio = readOption(aspectRatio, 'aspect_ratio')
  if (ratio === undefined) return undefined
  const chosen = SIZES.get(ratio)
  if (chosen === undefined) {
    throw new RequestInvalidError(
      `\`aspect_ratio\` must be one of ${[...SIZES.keys()].join(', ')}, or auto`,
    )
  }
  return model === 'gpt-image-1.5' && !SIZES_OF_1_5.includes(chosen) ? undefined : chosen
}

function readOption(value: unknown, field: string): string | undefined {
  if (value === undefined || value === null || value === 'auto') return undefined
  const text = toText(value)
  if (text === undefined) throw new RequestInvalidError(`\`${field}\` must be a text`)
  return text
}

function checkSize(size: string, model: string): string {
  if (model === 'gpt-image-1.5') {
    if (SIZES_OF_1_5.includes(size)) return size
    throw new RequestInvalidError(
      `\`size\` must be one of ${SIZES_OF_1_5.join(', ')}, or auto, for gpt-image-1.5`,
    )
  }
  const [, width, height] = /^(\d{1,5})x(\d{1,5})$/.exec(size) ?? []
  if (isDrawable(Number(width), Number(height))) return size
  throw new RequestInvalidError(
    '`size` must be like 1536x1024: both multiples of 16 and at most 3840, at most 3:1, and 0.65 to 8.3 megapixels',
  )
}

/** False for `NaN` too: every comparison with it is. */
function isDrawable(width: number, height: number): boolean {
  const {edgeStep, maxEdge, minArea, maxArea, maxRatio} = LIMITS
  const area = width * height
  const [shorter, longer] = width < height ? [width, height] : [height, width]
  return (
    shorter % edgeStep === 0 &&
    longer % edgeStep === 0 &&
    longer <= maxEdge &&
    longer <= maxRatio * shorter &&
    area >= minArea &&
    area <= maxArea
  )
}
