/**
 * Which version of the official client sends a request.
 *
 * @module
 */

const OFFICIAL_USER_AGENT = /^codex[\w -]*\/(\d+\.\d+\.\d+)/i
const VERSION = /^\d+\.\d+\.\d+/

/** The version that an official client states in its headers; `undefined` for other clients. */
export function clientVersionOf(headers: Headers): string | undefined {
  const userAgent = OFFICIAL_USER_AGENT.exec(headers.get('user-agent') ?? '')
  const stated = VERSION.exec(headers.get('version') ?? '')
  return stated?.[0] ?? userAgent?.[1]
}

/** True when version `a` comes before version `b`. Suffixes such as `-alpha.1` do not count. */
export function isOlderVersion(a: string, b: string): boolean {
  const [left, right] = [toNumbers(a), toNumbers(b)]
  const index = left.findIndex((number, position) => number !== right[position])
  return index !== -1 && (left[index] ?? 0) < (right[index] ?? 0)
}

function toNumbers(version: string): number[] {
  return version.split('.', 3).map((part) => Number.parseInt(part, 10) || 0)
}
