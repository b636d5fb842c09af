/**
 * The link and the code in what `codex login --device-auth` prints.
 *
 * @module
 */

/** Where users type codes of OpenAI. */
const HOSTS: ReadonlySet<string> = new Set(['auth.openai.com', 'chatgpt.com'])

/** Of any length: seen are four and five characters on each side of the hyphen. */
const CODE = /^[A-Z0-9]{3,}(?:-[A-Z0-9]{3,})+$/

/** Reads the output, line by line. */
export interface DeviceTextReader {
  /** @returns The link and the code, once both have come. */
  push(line: string): {readonly userCode: string; readonly verificationUrl: string} | undefined
}

/**
 * Creates a reader. A code counts only after the line that announces it: other words look the same.
 *
 * @param issuer The authorization server, should it be another one than OpenAI's.
 */
export function createDeviceTextReader(issuer: URL): DeviceTextReader {
  let verificationUrl: string | undefined
  let userCode: string | undefined
  let isAnnounced = false
  return {
    push(line) {
      const text = line.trim()
      const isAnnouncement = /one-time code|enter this code/i.test(text)
      verificationUrl ??= findUrl(text, issuer)
      if (isAnnounced && CODE.test(text)) userCode ??= text
      isAnnounced ||= isAnnouncement
      return verificationUrl !== undefined && userCode !== undefined
        ? {userCode, verificationUrl}
        : undefined
    },
  }
}

function findUrl(text: string, issuer: URL): string | undefined {
  const [found] = /https?:\/\/[^\s"'<>]+/.exec(text) ?? []
  return found !== undefined && isTrustedUrl(found, issuer) ? found : undefined
}

/** Whether users may be sent there: a page of OpenAI with TLS, or one of the authorization server that was set. */
export function isTrustedUrl(text: string, issuer: URL): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') return false
  return url.origin === issuer.origin || (url.protocol === 'https:' && HOSTS.has(url.host))
}
