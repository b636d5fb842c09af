/**
 * Sentences that several commands print, and that scripts look for.
 *
 * @module
 */

/** There is nothing to do it with. */
export const NO_ACCOUNTS = 'No accounts registered. Use `cao add <name>` first.'

/** What the gateway will do, once it is there. */
export const NO_GATEWAY = 'The gateway is not part of this version yet.'
