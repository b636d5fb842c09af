/**
 * What the dashboard wants, as it comes over the wire.
 *
 * @module
 */
import type {Context} from 'hono'
import * as z from 'zod/mini'
import {parseJson} from '../../base/json-object.ts'

/** The gateway says no, in words for the user. */
export class WishRefusedError extends Error {
  override readonly name = 'WishRefusedError'
  /** HTTP status. */
  readonly status: 400 | 404 | 409

  constructor(message: string, status: WishRefusedError['status']) {
    super(message)
    this.status = status
  }
}

/**
 * Reads the body of a request.
 *
 * @param what What it should be, for the sentence: for example `change of an account`.
 * @throws {WishRefusedError} It is something else.
 */
export async function readWish<Schema extends z.ZodMiniType>(
  context: Context,
  schema: Schema,
  what: string,
): Promise<z.infer<Schema>> {
  const {data, error, success} = z.safeParse(schema, parseJson(await context.req.text()))
  if (success) return data
  const [issue] = error.issues
  const fact = issue ? `${issue.path.join('.')}: ${issue.message}` : 'it cannot be read'
  throw new WishRefusedError(`This is no ${what}: ${fact}`, 400)
}
