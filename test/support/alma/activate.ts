/**
 * One life of a plugin, from import to dispose.
 *
 * @module
 */
import {tmpdir} from 'node:os'
import path from 'node:path'
import process from 'node:process'
import {pathToFileURL} from 'node:url'
import {createCommands, type Commands} from './commands.ts'
import {compilePlugin, findEntry} from './compile-plugin.ts'
import {createContext, type HostContext} from './context.ts'
import {createLogger, type LogLine} from './log.ts'
import type {Manifest} from './manifest.ts'
import type {OAuthFlowMode} from './oauth-flow.ts'
import {createPermissionCheck} from './permissions.ts'
import type {User} from './user.ts'
import {createProviders, type Providers} from './providers.ts'
import {createSettings, type Settings} from './settings.ts'
import type {HostState} from './storage.ts'
import {createUi, type Seen, type UiFunction} from './ui.ts'

/** What the plugin is activated in. */
export interface Surroundings {
  readonly manifest: Manifest
  readonly folder: string
  readonly state: HostState
  readonly log: LogLine[]
  readonly seen: Seen
  readonly environment?: Readonly<Record<string, string>>
  readonly user?: User
  readonly oauthFlow?: OAuthFlowMode
  readonly withoutUi?: readonly UiFunction[]
  readonly opensBrowser?: boolean
}

/** What the plugin registered, and the way to end it. */
export interface Activation {
  readonly commands: Commands
  readonly providers: Providers
  readonly settings: Settings
  dispose(): void
}

type Activate = (context: HostContext) => Promise<{dispose(): void}>

/** Compiles, imports and activates the plugin. */
export async function activate(surroundings: Surroundings): Promise<Activation> {
  const {context, ...registries} = prepareActivation(surroundings)
  const activatePlugin = await load(surroundings.folder, surroundings.manifest.main)
  Object.assign(process.env, surroundings.environment)
  const activation = await activatePlugin(context)
  return {...registries, dispose: () => activation.dispose()}
}

/** Makes the context of one activation, and keeps hold of what the plugin registers in it. */
export function prepareActivation(surroundings: Surroundings) {
  const {manifest, folder, state} = surroundings
  const requirePermission = createPermissionCheck(manifest.permissions)
  const commands = createCommands(manifest.id)
  const providers = createProviders(manifest.id, requirePermission)
  const settings = createSettings(state.settings, manifest, requirePermission)
  const ui = createUi(surroundings.seen, {
    user: surroundings.user ?? {},
    oauthFlow: surroundings.oauthFlow ?? 'direct',
    without: surroundings.withoutUi ?? [],
    opensBrowser: surroundings.opensBrowser ?? true,
    requirePermission,
  })
  const context: HostContext = createContext({
    id: manifest.id,
    folder,
    storageFolder: path.join(tmpdir(), 'alma-host'),
    state,
    logger: createLogger(surroundings.log),
    ui,
    commands,
    providers,
    settings,
    requirePermission,
  })
  return {context, commands, providers, settings}
}

/** Imports the plugin afresh, so that nothing in its modules survives a reload. */
async function load(folder: string, main: string): Promise<Activate> {
  const compiled = await compilePlugin(findEntry(folder, main))
  const url = `${pathToFileURL(compiled).href}?activation=${process.hrtime.bigint()}`
  const plugin = (await import(url)) as {activate?: Activate}
  if (!plugin.activate) throw new Error(`${main} does not export activate.`)
  return plugin.activate
}
