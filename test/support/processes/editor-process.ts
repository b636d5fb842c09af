/**
 * An editor with our code in it, as a process that can be killed: `alma` with the built plugin, or `vscode` with what
 * the extension keeps its logins with. It logs in, or gets a token that has expired refreshed. The variable
 * `LOGIN_KIND` says which kind of login it is.
 *
 * @module
 */
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import promises from 'node:fs/promises'
import {syncBuiltinESMExports} from 'node:module'
import path from 'node:path'
import {toAccount} from '../../../src/accounts/account.ts'
import {createEngine} from '../../../src/engine/create-engine.ts'
import {createOwnAccounts} from '../../../src/hosts/vscode/storage/own-accounts.ts'
import {createSecretAccountStore} from '../../../src/storage/secret-account-store.ts'
import {buildLogin} from '../accounts/build-login.ts'
import {createContext} from '../alma/context.ts'
import {createCommands} from '../alma/commands.ts'
import {createLogger} from '../alma/log.ts'
import {readManifest} from '../alma/manifest.ts'
import {createPermissionCheck} from '../alma/permissions.ts'
import {createProviders} from '../alma/providers.ts'
import {createSettings} from '../alma/settings.ts'
import {createHostState, createSecretStorage, type HostState} from '../alma/storage.ts'
import {createSeen, createUi} from '../alma/ui.ts'
import {createMemoryLog} from '../memory/memory-log.ts'
import {createMemoryStorage} from '../memory/memory-storage.ts'

const [editor = '', task = '', folder = '', root = ''] = process.argv.slice(2)
/** Whether the process is killed when the account is about to be stored with new tokens. */
const isKilled = task === 'die'

const ADA = toAccount({
  ...buildLogin({user: 'ada'}),
  expiresAtMs: 1_700_000_000_000,
  ...(process.env['LOGIN_KIND'] === 'chatgpt-app' && {app: {clientId: 'oaiapp_1'}}),
})
const NEW_TOKEN = 'refresh-ada-2'
const {log} = createMemoryLog()

function die(): void {
  process.kill(process.pid, 'SIGKILL')
}

/** What an editor keeps in its own files. */
class FileSecrets extends Map<string, string> {
  readonly #file = path.join(folder, 'secrets.json')

  constructor() {
    super()
    for (const [key, value] of Object.entries(readSecrets(this.#file))) super.set(key, value)
  }

  override set(key: string, value: string): this {
    // The account itself, and not its journal.
    if (isKilled && value.includes(NEW_TOKEN) && !value.includes('"answer"')) die()
    super.set(key, value)
    return this.#save()
  }

  override delete(key: string): boolean {
    const isGone = super.delete(key)
    this.#save()
    return isGone
  }

  #save(): this {
    writeFileSync(this.#file, JSON.stringify(Object.fromEntries(this)))
    return this
  }
}

function readSecrets(file: string): Record<string, string> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>
  } catch {
    return {}
  }
}

/** The built plugin in its host. */
async function runAlma(): Promise<string | undefined> {
  const secrets = new FileSecrets()
  if (task === 'add') {
    await createSecretAccountStore(createSecretStorage(secrets), {log}).add(ADA)
    return undefined
  }
  const provider = await activatePlugin({...createHostState(), secrets})
  const {baseURL, fetch} = await provider.getSDKConfig()
  const body = JSON.stringify({model: 'gpt-5.5', input: 'hello'})
  // Nobody answers, but only after the token was renewed.
  await fetch?.(`${baseURL}/responses`, {method: 'POST', body})
  return [...secrets.values()].join('\n').match(/refresh-ada-\d/)?.[0]
}

async function activatePlugin(state: HostState) {
  const {id, permissions, ...manifest} = readManifest(root)
  const requirePermission = createPermissionCheck(permissions)
  const providers = createProviders(id, requirePermission)
  const {activate} = (await import(path.join(root, 'dist/main.js'))) as {
    activate: (context: object) => Promise<unknown>
  }
  await activate(
    createContext({
      id,
      folder: root,
      storageFolder: folder,
      state,
      logger: createLogger([]),
      ui: createUi(createSeen(), {
        user: {},
        oauthFlow: 'direct',
        without: [],
        opensBrowser: true,
        requirePermission,
      }),
      commands: createCommands(id),
      providers,
      settings: createSettings(state.settings, {id, permissions, ...manifest}, requirePermission),
      requirePermission,
    }),
  )
  return providers.current().provider
}

/** The logins of the extension, and the parts that renew them. */
async function runVscode(): Promise<string | undefined> {
  const keys = new FileSecrets()
  const own = createOwnAccounts({
    folder,
    keys: {
      get: async (name) => keys.get(name),
      store: async (name, value) => void keys.set(name, value),
    },
    log,
    openedAtMs: Date.now(),
  })
  if (task === 'add') {
    await own.store.add(ADA)
    return undefined
  }
  const {backend} = createEngine({
    process,
    fetch: globalThis.fetch,
    now: Date.now,
    log,
    settings: {get: () => undefined},
    storage: createMemoryStorage(),
    own: own.store,
    emptyFolder: path.join(folder, 'no-accounts'),
    tell: () => {},
    showSwitch: () => {},
  })
  await backend.accessTokens.get(ADA.id)
  return (await own.store.get(ADA.id))?.tokens.refreshToken
}

/** Kills the process before the sealed file is replaced. */
function dieAtRename(): void {
  const {rename} = promises
  Object.assign(promises, {
    rename(from: string, to: string) {
      if (to.endsWith('accounts.sealed')) die()
      return rename(from, to)
    },
  })
  syncBuiltinESMExports()
}

if (isKilled && editor === 'vscode') dieAtRename()
mkdirSync(folder, {recursive: true})
process.stdout.write(`${(await (editor === 'alma' ? runAlma() : runVscode())) ?? 'added'}\n`)
process.exit()
