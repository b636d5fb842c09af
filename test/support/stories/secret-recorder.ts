/**
 * Every secret that passes between the plugin and the authorization server.
 *
 * @module
 */

const FORM_FIELDS = ['code', 'code_verifier', 'refresh_token', 'token']
const ANSWER_FIELDS = ['access_token', 'id_token', 'refresh_token']

/** Secrets seen on the wire, and the way to stop looking. */
export interface SecretRecorder {
  readonly secrets: ReadonlySet<string>
  stop(): void
}

/** Listens in on the global `fetch`. Requests and answers pass unchanged. */
export function recordSecrets(): SecretRecorder {
  const secrets = new Set<string>()
  const realFetch = globalThis.fetch
  const note = (fields: Record<string, unknown>, names: readonly string[]) => {
    for (const name of names) if (typeof fields[name] === 'string') secrets.add(fields[name])
  }
  globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    if (!url.pathname.startsWith('/oauth/')) return realFetch(input, init)
    const request = new Request(input, init)
    note(parse(await request.clone().text()), FORM_FIELDS)
    const response = await realFetch(request)
    note(parse(await response.clone().text()), ANSWER_FIELDS)
    return response
  }
  return {
    secrets,
    stop: () => {
      globalThis.fetch = realFetch
    },
  }
}

/** The fields of a JSON object or a form; none of anything else. */
function parse(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>
  } catch {
    // Not JSON: requests are forms, and a faulty answer may be a web page.
    return Object.fromEntries(new URLSearchParams(text))
  }
}
