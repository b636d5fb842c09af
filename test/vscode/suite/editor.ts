/**
 * What the stories do in the editor, and to the simulator.
 *
 * @module
 */
import assert from 'node:assert/strict'
import * as vscode from 'vscode'
import type {Deed, LoginWish} from '../host/person.ts'

/** The id of the models' vendor. */
export const VENDOR = 'openai-codex'

/** Lets the person do something in the window. */
export async function act(deed: Deed): Promise<unknown> {
  const response = await fetch(process.env['TEST_PERSON']!, {
    method: 'POST',
    body: JSON.stringify(deed),
  })
  assert.ok(response.ok, `The person could not: ${JSON.stringify(deed)}`)
  const {result} = (await response.json()) as {result: unknown}
  return result
}

/** Logs in by the command, as the person wishes. */
export async function logIn(wish: LoginWish = {}): Promise<unknown> {
  await act({do: 'log in', wish})
  return vscode.commands.executeCommand('openaiCodex.logIn')
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
  readonly name: string
  readonly method: string
  readonly path: string
  readonly body: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>
}

/** What has reached the simulator at an endpoint. */
export async function seenAt(name: string): Promise<readonly SeenRequest[]> {
  const {requests} = (await control('requests')) as {requests: readonly SeenRequest[]}
  return requests.filter((request) => request.name === name)
}

/** Makes the next answers of an endpoint go wrong. */
export async function addFault(fault: Readonly<Record<string, unknown>>): Promise<void> {
  await control('faults', {method: 'POST', body: JSON.stringify(fault)})
}
