/**
 * Requests to servers, taken as an option so that a test can stand in for them.
 *
 * @module
 */

/** The `fetch` every outbound call goes through. Only the entries name the global one. */
export type FetchFunction = typeof globalThis.fetch
