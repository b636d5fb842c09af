/**
 * What the host gives a plugin when it activates it.
 *
 * @module
 */
import {mkdir, readdir, readFile, stat, writeFile} from 'node:fs/promises'
import type {ChatAPI, I18nAPI, Logger, Storage, WorkspaceAPI} from 'alma-plugin-api'
import type {AlmaContext, AlmaUi} from '../../../src/hosts/alma/alma-api.ts'
import type {Commands} from './commands.ts'
import {createEmitter} from './emitter.ts'
import type {RequirePermission} from './permissions.ts'
import type {Providers, ProvidersContext} from './providers.ts'
import type {Settings} from './settings.ts'
import {createSecretStorage, createStorage, type HostState} from './storage.ts'

/** The published context with what the host really has besides. */
export interface HostContext extends Omit<AlmaContext, 'providers'> {
  readonly providers: ProvidersContext
}

/** The parts that a host keeps in its own hands. */
export interface ContextParts {
  readonly id: string
  readonly folder: string
  readonly storageFolder: string
  readonly state: HostState
  readonly logger: Logger
  readonly ui: AlmaUi
  readonly commands: Commands
  readonly providers: Providers
  readonly settings: Settings
  readonly requirePermission: RequirePermission
}

/** Puts the context of one activation together. */
export function createContext(parts: ContextParts): HostContext {
  const {id, folder, storageFolder, state, requirePermission} = parts
  return {
    id,
    extensionPath: folder,
    storagePath: `${storageFolder}/plugin-storage/${id}`,
    globalStoragePath: `${storageFolder}/plugin-global-storage/${id}`,
    logger: parts.logger,
    storage: createStorages(state),
    tools: {
      register: () => {
        requirePermission('tools:register')
        return {dispose: () => undefined}
      },
      unregister: () => undefined,
    },
    commands: parts.commands.api,
    events: {on: () => ({dispose: () => undefined}), once: () => ({dispose: () => undefined})},
    ui: parts.ui,
    chat: createChat(),
    providers: parts.providers.api,
    workspace: createWorkspace(folder),
    settings: parts.settings.api,
    i18n: createI18n(),
  }
}

function createStorages(state: HostState): HostContext['storage'] {
  const local: Storage = createStorage(state.local)
  const workspace: Storage = createStorage(state.workspace)
  return {local, workspace, secrets: createSecretStorage(state.secrets)}
}

function createChat(): ChatAPI {
  const createdAt = new Date(0).toISOString()
  return {
    listThreads: async () => [],
    getThread: async () => undefined,
    getActiveThread: async () => undefined,
    createThread: async (options = {}) => ({
      id: 'thread-1',
      ...options,
      createdAt,
      updatedAt: createdAt,
    }),
    getMessages: async () => [],
  }
}

function createWorkspace(rootPath: string): WorkspaceAPI {
  const {event} = createEmitter<string>()
  return {
    rootPath,
    workspaceFolders: [{id: 'workspace-1', path: rootPath, name: 'workspace'}],
    readFile: async (file) => readFile(file),
    writeFile: async (file, content) => writeFile(file, content),
    stat: async (file) => {
      const {size, mtimeMs, ctimeMs, isDirectory} = await describe(file)
      const type = isDirectory ? 'directory' : 'file'
      return {type, size, mtime: mtimeMs, ctime: ctimeMs}
    },
    readDirectory: async (directory) => {
      await mkdir(directory, {recursive: true})
      const entries = await readdir(directory, {withFileTypes: true})
      return entries.map((entry) => [entry.name, entry.isDirectory() ? 'directory' : 'file'])
    },
    createFileSystemWatcher: () => ({
      onDidCreate: event,
      onDidChange: event,
      onDidDelete: event,
      dispose: () => undefined,
    }),
  }
}

async function describe(file: string) {
  const stats = await stat(file)
  const {size, mtimeMs, ctimeMs} = stats
  return {size, mtimeMs, ctimeMs, isDirectory: stats.isDirectory()}
}

function createI18n(): I18nAPI {
  return {t: (key) => key, locale: 'en', onDidChangeLocale: createEmitter<string>().event}
}
