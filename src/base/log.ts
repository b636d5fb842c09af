/**
 * Where the product says what it did.
 *
 * @module
 */

/**
 * A log. Messages and fields are for whoever looks for a fault, and may be posted in public: they
 * never hold a token, a code, a verifier or a body. Accounts appear by their first eight characters.
 */
export interface Log {
  debug(message: string, fields?: Record<string, unknown>): void
  info(message: string, fields?: Record<string, unknown>): void
  warn(message: string, fields?: Record<string, unknown>): void
  error(message: string, fields?: Record<string, unknown>): void
}
