/**
 * Sentences that several commands print, and that scripts look for.
 *
 * @module
 */

/** Said by every command that needs an account, where there is none. */
export const NO_ACCOUNTS = 'No accounts registered. Use `cao add <name>` first.'
