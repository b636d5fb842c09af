/**
 * Reading JSON of which one field may be broken.
 *
 * @module
 */
import * as z from 'zod/mini'

/**
 * A field that counts as absent when it does not fit `schema`, so that it does not hide the others.
 *
 * It does what `z.catch` does, which would add 15 kB to the bundle.
 */
export function lenient<Schema extends z.ZodMiniType>(schema: Schema) {
  return z.optional(
    z.pipe(
      z.unknown(),
      z.transform((value): z.output<Schema> | undefined => schema.safeParse(value).data),
    ),
  )
}
