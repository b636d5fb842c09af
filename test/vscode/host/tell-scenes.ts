/**
 * The stories of a user who uses the editor, from a fresh profile.
 *
 * @module
 */
import path from 'node:path'
import packageJson from '../../../package.json' with {type: 'json'}
import type {Simulator} from '../../../src/simulator/start-simulator.ts'
import type {InstalledHost} from './install-host.ts'
import {assertNoSecrets} from './no-secrets.ts'
import {createScreen, type Screen} from './screen.ts'
import {SETTINGS} from './start-editor.ts'
import {startStage} from './start-stage.ts'
import type {Deed} from './user.ts'

/** Where a scene plays. */
export interface Scene {
  readonly screen: Screen
  readonly simulator: Simulator
  /** The opened folder. */
  readonly workspace: string
  /** On the next login pages, the user chooses this account. */
  logInAs(email: string): Promise<void>
  /** Changes settings; those of the call before are no longer set. */
  configure(settings: Readonly<Record<string, unknown>>): Promise<void>
}

/** Scenes of one story, with their names. Each goes on where the one before ended. */
export type Scenes = readonly (readonly [string, (scene: Scene) => Promise<void>])[]

/**
 * Tells a story, and leaves pictures of it.
 *
 * @param options.last Name of the picture at its end.
 * @param options.settings What is set in the profile beside {@link SETTINGS}.
 * @param options.files What is in the opened folder. Default: a note.
 * @param options.prepare Changes the accounts before it begins.
 * @throws {Error} It went another way.
 */
export async function tellScenes(
  scenes: Scenes,
  {
    host,
    last,
    prepare,
    settings: own = {},
    files = {'notes.md': '# The blue notebook\n'},
  }: {
    readonly host: InstalledHost
    readonly last: string
    readonly prepare?: (simulator: Simulator) => Promise<void> | void
    readonly settings?: Readonly<Record<string, unknown>>
    readonly files?: Readonly<Record<string, string>>
  },
): Promise<void> {
  const {editor, user, simulator, close} = await startStage({
    host,
    install: `dist/openai-codex-auth-${packageJson.version}.vsix`,
    settings: own,
    files,
  })
  await prepare?.(simulator)
  const {page} = await editor.openWindow()
  user.sitDown(editor.context, page)
  const screen = createScreen(page)
  const workspace = path.join(editor.folder, 'workspace')
  const logInAs = async (email: string) => {
    const deed: Deed = {do: 'log in', wish: {email}}
    await fetch(user.url, {method: 'POST', body: JSON.stringify(deed)})
  }
  const configure = (settings: Readonly<Record<string, unknown>>) =>
    changeSettings(screen, {...SETTINGS, ...own, ...settings})
  try {
    for (const [name, tell] of scenes) {
      const startedMs = Date.now()
      await tell({screen, simulator, workspace, configure, logInAs})
      console.log(`ok ${name} (${Date.now() - startedMs} ms)`)
    }
    await assertNoSecrets(editor.folder)
  } catch (error) {
    await screen.run('Notifications: Show Notifications').catch(() => {})
    throw error
  } finally {
    await screen.picture(last)
    await close()
  }
}

/** As a user does it: the editor of the tests hears nothing of files that others write. */
async function changeSettings(
  screen: Screen,
  settings: Readonly<Record<string, unknown>>,
): Promise<void> {
  await screen.run('Preferences: Open User Settings (JSON)')
  await screen.overwrite('settings.json', JSON.stringify(settings))
  await screen.run('View: Close All Editors')
}
