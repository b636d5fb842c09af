/**
 * Alma, as far as a provider plugin can see it: it compiles the plugin, gives it the context of the
 * real application, and calls it the way the application does.
 *
 * @module
 */
import path from 'node:path'
import process from 'node:process'
import type {
  AlmaAccount,
  AlmaLoginResult,
  AlmaModel,
  AlmaProvider,
} from '../../../src/hosts/alma/alma-api.ts'
import {activate} from '../alma/activate.ts'
import {loadAiSdk, type AiSdk, type AiSdkMajor, type LanguageModel} from '../alma/ai-sdk.ts'
import type {LogLine} from '../alma/log.ts'
import {readManifest, type Manifest} from '../alma/manifest.ts'
import type {OAuthFlowMode} from '../alma/oauth-flow.ts'
import type {User} from '../alma/user.ts'
import {listModels} from '../alma/providers.ts'
import {createHostState, type HostState} from '../alma/storage.ts'
import {createSeen, type Seen, type UiFunction} from '../alma/ui.ts'

/** How to start the host. */
export interface AlmaHostOptions {
  /** Folder with the plugin's `manifest.json`. Default: the working directory. */
  readonly folder?: string
  /** Refuse a folder that is not named after the plugin's id, as the host does. Default: no. */
  readonly checkFolderName?: boolean
  /** What the plugin stored before. Default: nothing. */
  readonly state?: HostState
  /** Environment variables of the application, seen by the plugin when it is activated. */
  readonly environment?: Readonly<Record<string, string>>
  /** Who sits in front of it. Default: somebody who dismisses everything. */
  readonly user?: User
  /** How a login in the browser goes. Default: `direct`, without a socket. */
  readonly oauthFlow?: OAuthFlowMode
  /** Dialogs this version of the host does not have. */
  readonly withoutUi?: readonly UiFunction[]
  /** Whether `openExternal` says that it opened the browser. Default: yes. */
  readonly opensBrowser?: boolean
}

/** A running host with one plugin. */
export interface AlmaHost {
  readonly manifest: Manifest
  readonly state: HostState
  readonly log: readonly LogLine[]
  readonly seen: Seen
  /** The provider object itself, for the calls that have no button. */
  provider(): AlmaProvider
  /** Waits for the provider's `initialize`, which the host itself does not. */
  initialized(): Promise<void>
  /** The models the selector saw first, before `initialize` was done. */
  firstModels(): Promise<readonly AlmaModel[]>
  /** Opens the model selector. */
  models(): Promise<readonly AlmaModel[]>
  /** The account cards in the provider's settings. */
  accounts(): Promise<readonly AlmaAccount[]>
  /** The Connect button. */
  connect(): Promise<AlmaLoginResult>
  /** The Disconnect button. */
  disconnect(): Promise<void>
  /** The AI SDK the host uses for a conversation. */
  sdk(major: AiSdkMajor): Promise<AiSdk>
  /** Makes the model of one conversation, with the AI SDK of that major. */
  languageModel(major: AiSdkMajor, modelId: string): Promise<LanguageModel>
  /** What the command palette lists. */
  palette(): Manifest['contributes']['commands']
  /** Runs a command of the palette, or one that only the code registered. */
  run(commandId: string): Promise<unknown>
  /** Qualified ids of every registered command. */
  commandIds(): string[]
  /** The user changes a setting. */
  changeSetting(key: string, value: unknown): void
  /** Disposes the plugin and activates it again, as after an edit or a restart. */
  reload(): Promise<void>
  /** Disposes the plugin. */
  stop(): void
}

/**
 * Starts the host, compiles the plugin and activates it.
 *
 * @throws What the manifest check, the compiler or the plugin's `activate` throws.
 */
export async function startAlmaHost(options: AlmaHostOptions = {}): Promise<AlmaHost> {
  const folder = path.resolve(options.folder ?? process.cwd())
  const manifest = readManifest(folder)
  if (options.checkFolderName && path.basename(folder) !== manifest.id) {
    throw new Error(`The folder ${path.basename(folder)} must be named ${manifest.id}.`)
  }
  const state = options.state ?? createHostState()
  const log: LogLine[] = []
  const seen = createSeen()
  const start = async () => activate({...options, manifest, folder, state, log, seen})
  let current = await start()
  const registered = () => current.providers.current()
  const provider = () => registered().provider
  return {
    manifest,
    state,
    log,
    seen,
    provider,
    initialized: async () => registered().initialized,
    firstModels: async () => registered().firstModels,
    models: async () => listModels(provider()),
    accounts: async () => provider().getAccounts(),
    connect: async () => provider().authenticate(),
    disconnect: async () => provider().logout(),
    sdk: loadAiSdk,
    languageModel: async (major, modelId) => {
      const sdk = await loadAiSdk(major)
      return sdk.createModel(await provider().getSDKConfig(), modelId)
    },
    palette: () => manifest.contributes.commands,
    run: async (commandId) => current.commands.api.execute(commandId),
    commandIds: () => current.commands.ids(),
    changeSetting: (key, value) => current.settings.set(key, value),
    reload: async () => {
      current.dispose()
      current = await start()
    },
    stop: () => current.dispose(),
  }
}
