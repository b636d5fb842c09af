/**
 * What the stories do in the editor, and to the simulator.
 *
 * @module
 */
import assert from 'node:assert/strict'
import * as vscode from 'vscode'
import type {Deed, LoginWish} from '../host/user.ts'

/** The id of the models' vendor. */
export const VENDOR = 'openai-codex'

/** Lets the user do something in the window. */
export async function act(deed: Deed): Promise<unknown> {
  const response = await fetch(process.env['TEST_USER']!, {
    method: 'POST',
    body: JSON.stringify(deed),
  })
  if (!response.ok) throw new Error(`${JSON.stringify(deed)}: ${await response.text()}`)
  const {result} = (await response.json()) as {result: unknown}
  return result
}

/** Logs in by the command, as the user wishes. */
export async function logIn(wish: LoginWish = {}): Promise<unknown> {
  await act({do: 'log in', wish})
  const account = await vscode.commands.executeCommand('openaiCodex.logIn')
  // The editor asks for the models once it was told that they have changed.
  if (account) await until(async () => (await selectModels()).at(0))
  return account
}

/** What the editor says by itself, at any time. */
const OF_EDITOR = ['Your application running on port', 'Activating Extensions']

/** The newest notification that is not the editor's own. It is taken away. */
export async function readNotification(): Promise<string> {
  await vscode.commands.executeCommand('notifications.showList')
  const others = OF_EDITOR.map((text) => `:not(:has-text("${text}"))`).join('')
  const selector = `.notifications-center .notification-list-item-message${others}`
  const text = await act({do: 'see', selector})
  await vscode.commands.executeCommand('notifications.clearAll')
  return String(text)
}

/**
 * Waits for a warning like `expected` that little is left of a limit, with the list of notifications open: clearing
 * it closes it, at times after it was opened again.
 *
 * @returns All of them, in every window that shows its notifications, newest first.
 */
export async function untilWarned(expected: RegExp): Promise<string[]> {
  const message = '.notifications-center .notification-list-item-message'
  const selector = `${message}:has-text("left of its 5 h limit")`
  return until(async () => {
    await vscode.commands.executeCommand('notifications.showList')
    const warnings = (await act({do: 'see all', selector})) as string[]
    return warnings.some((text) => expected.test(text)) ? warnings : undefined
  })
}

/** Our models, as any extension finds them. */
export function selectModels(
  selector: vscode.LanguageModelChatSelector = {},
): Thenable<vscode.LanguageModelChat[]> {
  return vscode.lm.selectChatModels({vendor: VENDOR, ...selector})
}

/** The model with this id. */
export async function selectModel(id: string): Promise<vscode.LanguageModelChat> {
  const [model] = await selectModels({id})
  assert.ok(model, `There is no model ${id}`)
  return model
}

/** What a model answers to a prompt, as text. */
export async function ask(
  model: vscode.LanguageModelChat,
  prompt: string,
  options: vscode.LanguageModelChatRequestOptions = {},
): Promise<string> {
  const messages = [vscode.LanguageModelChatMessage.User(prompt)]
  const response = await model.sendRequest(messages, options)
  let text = ''
  for await (const part of response.text) text += part
  return text
}

/** Calls one of the simulator's control endpoints. */
export async function control(path: string, init?: RequestInit): Promise<unknown> {
  const url = new URL(`/_simulator/${path}`, process.env['CODEX_AUTH_ISSUER_URL'])
  const response = await fetch(url, init)
  assert.ok(response.ok, `${path}: ${response.status}`)
  return response.json()
}

/** One request that reached the simulator. */
export interface SeenRequest {
  readonly path: string
  readonly account: string | undefined
  readonly body: SeenBody
  readonly status: number | undefined
  readonly firstTextAtMs?: number
  readonly closedEarly: boolean
}

/** The body of a request for an answer. */
export interface SeenBody {
  readonly model: string
  readonly reasoning?: {readonly effort?: string}
  readonly input: readonly Readonly<Record<string, unknown>>[]
  readonly tools?: readonly unknown[]
  readonly tool_choice?: unknown
  readonly prompt_cache_key?: string
  readonly [field: string]: unknown
}

/** Paths of the simulator. */
export const PATHS = {
  responses: '/backend-api/codex/responses',
  models: '/backend-api/codex/models',
  token: '/oauth/token',
  revoke: '/oauth/revoke',
} as const

/** What has reached the simulator at a path. */
export async function seenAt(place: keyof typeof PATHS): Promise<readonly SeenRequest[]> {
  const {requests} = (await control('requests')) as {requests: readonly SeenRequest[]}
  return requests.filter(({path}) => path === PATHS[place])
}

/** The last request for an answer. */
export async function lastRequest(): Promise<SeenRequest> {
  const last = (await seenAt('responses')).at(-1)
  assert.ok(last, 'Nothing was asked')
  return last
}

/** How long {@link until} waits, in milliseconds. */
const PATIENCE_MS = 90_000

/** Waits until `look` gives something. @throws {Error} It gives nothing for too long. */
export async function until<Value>(look: () => Promise<Value | undefined>): Promise<Value> {
  const endMs = Date.now() + PATIENCE_MS
  while (Date.now() < endMs) {
    const value = await look()
    if (value !== undefined) return value
    await new Promise((resolve) => void setTimeout(resolve, 20))
  }
  throw new Error(`It did not come to that: ${String(look)}`)
}

/** The error of a request that is not answered. */
export async function failureOf(answer: Promise<unknown>): Promise<vscode.LanguageModelError> {
  try {
    await answer
  } catch (error) {
    return error as vscode.LanguageModelError
  }
  throw new Error('It was answered')
}

/** Makes the next answers of an endpoint go wrong. */
export async function addFault(fault: Readonly<Record<string, unknown>>): Promise<void> {
  await control('faults', {method: 'POST', body: JSON.stringify(fault)})
}
