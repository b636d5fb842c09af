import {createRedirectReceiver} from '../../../src/hosts/vscode/login/redirect-receiver.ts'
import {CODEX_CLIENT_ID} from '../../../src/codex/endpoints.ts'
import type {LoginDecision} from '../../../src/simulator/auth/approve-login.ts'
import {startTestSimulator} from '../servers/ask-simulator.ts'
import {createFakeEditor, type FakeEditorOptions} from './fake-editor.ts'
import {findFreePort} from '../processes/find-free-port.ts'

/** What {@link startEditorLogin} starts with. */
export interface EditorLoginOptions extends FakeEditorOptions {
  /** Where the browser brings logins. Default: a free port. */
  readonly ports?: readonly number[]
}

/** An editor in which nobody is logged in, and the server at which they can. */
export async function startEditorLogin({ports, ...editorOptions}: EditorLoginOptions = {}) {
  const simulator = await startTestSimulator({
    accounts: [{email: 'ada@example.com'}, {email: 'bob@example.com', plan: 'pro'}],
    deviceIntervalSeconds: 1,
  })
  const editor = createFakeEditor(editorOptions)
  const redirects = createRedirectReceiver()
  const server = {issuer: simulator.issuer, clientId: CODEX_CLIENT_ID}
  let answer = globalThis.fetch
  const fetchByScript: typeof fetch = (input, init) => answer(input, init)
  const tokenRequest = {server, fetch: fetchByScript, now: Date.now}
  const options = {
    api: editor.api,
    redirects,
    tokenRequest,
    hostId: async () => 'urn:uuid:6ba7b810-9dad-41d1-80b4-00c04fd430c8',
    ports: ports ?? [await findFreePort()],
  }
  /** Decides on the next page that the editor opens. @returns Where the browser is sent. */
  const decide = async (decision?: LoginDecision) =>
    simulator.approve(await editor.nextPage(), decision)
  return {
    simulator,
    editor,
    options,
    redirects,
    decide,
    /** Decides, and goes where the browser is sent. @returns What the user reads there. */
    visit: async (decision?: LoginDecision) => {
      const response = await fetch(await decide(decision))
      return response.text()
    },
    /** Answers by script from now on, in the place of the server. */
    answerWith: (scripted: typeof fetch) => {
      answer = scripted
    },
  }
}
