/**
 * An editor, the stand-in for ChatGPT that its extension talks to, and the user in front of both.
 *
 * @module
 */
import {startSimulator, type Simulator} from '../../../src/simulator/start-simulator.ts'
import {startUser, type User} from './user.ts'
import {startEditor, type Editor, type EditorOptions} from './start-editor.ts'

/** Everything that a story needs. */
export interface Stage {
  readonly simulator: Simulator
  readonly user: User
  readonly editor: Editor
  readonly close: () => Promise<void>
}

/** Starts all of them. @param options `environment` comes on top of where the simulator and the user are. */
export async function startStage(
  options: Omit<EditorOptions, 'environment'> & Partial<Pick<EditorOptions, 'environment'>>,
): Promise<Stage> {
  const simulator = await startSimulator({
    accounts: [{email: 'you@example.com'}, {email: 'other@example.com', plan: 'pro'}],
  })
  const user = await startUser(simulator)
  const editor = await startEditor({
    ...options,
    environment: {
      CODEX_AUTH_ISSUER_URL: simulator.issuer.href,
      CODEX_BACKEND_URL: simulator.backendUrl.href,
      TEST_USER: user.url.href,
      ...options.environment,
    },
  })
  return {
    simulator,
    user,
    editor,
    async close() {
      await editor.stop()
      await user.close()
      await simulator.close()
    },
  }
}
