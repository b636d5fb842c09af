/**
 * Whether Codex is led to the gateway: in the settings of each CODEX_HOME where that was asked for, and by the program
 * that stands before the real one.
 *
 * What is under way is written down first, so whatever is interrupted, by a kill for example, is taken back later.
 *
 * @module
 */
import {access, rm, rmdir} from 'node:fs/promises'
import path from 'node:path'
import {BaseFile} from '../../accounts/directories/base-file.ts'
import type {DamageListener} from '../../accounts/directories/damaged-file.ts'
import type {Clock} from '../../base/clock.ts'
import {withFileLock} from '../../files/file-lock.ts'
import {createPrivateFolder} from '../../files/private-folder.ts'
import {removeUnfinished} from '../../files/write-file.ts'
import {changeConfig, tryChange} from './config-file.ts'
import {addRoute, removeRoute, type Route} from './edit-config.ts'
import {NO_ROUTING, parseRoutingState, ROUTING_FILE, type RoutingState} from './routing-file.ts'
import {installShim, removeShim, toShimText, type ShimCommands} from './shim.ts'

/** Where {@link Routing} keeps and changes things. */
export interface RoutingOptions {
  /** The folder of the accounts. */
  readonly base: string
  /** Where the shim belongs; `undefined` where the system has none. */
  readonly shimFile: string | undefined
  readonly now: Clock
  readonly onDamage: DamageListener
}

/** What is asked for. */
export interface RoutingWish {
  readonly route: Route
  /** The CODEX_HOME. */
  readonly home: string
  /** The id of the client key in the route, if there is one. */
  readonly keyId?: string | undefined
  readonly shim: ShimCommands
}

/** What was taken back. */
export interface RoutingRemoved {
  /** The settings that were changed. */
  readonly configs: readonly string[]
  readonly isShimRemoved: boolean
  /** Ids of client keys that nobody needs any more. */
  readonly keyIds: readonly string[]
}

/** The settings of a CODEX_HOME. */
export function toConfigFile(home: string): string {
  return path.join(home, 'config.toml')
}

/** Leads Codex to the gateway, and back. */
export class Routing {
  readonly #options: RoutingOptions
  readonly #file: BaseFile<RoutingState>

  constructor(options: RoutingOptions) {
    this.#options = options
    this.#file = new BaseFile(path.join(options.base, ROUTING_FILE), {
      ...options,
      parse: parseRoutingState,
      empty: NO_ROUTING,
      repair: async () => NO_ROUTING,
      toText: (state) => `${JSON.stringify(state, undefined, 2)}\n`,
    })
  }

  /**
   * What is kept about it.
   *
   * @throws {StorageError} It cannot be read.
   */
  read(): Promise<RoutingState> {
    return this.#file.read()
  }

  /**
   * Leads Codex to the gateway. All of it happens, or nothing.
   *
   * @returns What became of the shim; `none` where the system has none.
   * @throws {ConfigurationError} The settings are no TOML.
   * @throws {StorageError} Something cannot be written.
   */
  enable(wish: RoutingWish): Promise<'installed' | 'none' | 'taken'> {
    return this.#alone(async () => {
      const before = await this.#file.read()
      // Refused settings leave everything as it is.
      await tryChange(toConfigFile(wish.home), (text) => addRoute(text, wish.route))
      const madeFolders = await this.#findMissingFolders(wish.home)
      await this.#file.change((state) => toWished(state, {...wish, madeFolders}))
      try {
        return await this.#lead(wish)
      } catch (error) {
        // A home that was led here before still is, with the old address or the new one.
        if (!before.homes.includes(wish.home)) await leadBack(toConfigFile(wish.home))
        await this.#file.change(() => before)
        throw error
      }
    })
  }

  /**
   * Takes everything back.
   *
   * @param home A CODEX_HOME that is looked at besides those that are known.
   * @throws {ConfigurationError} Settings are no TOML; the rest is taken back.
   * @throws {StorageError} Something cannot be written; the rest is taken back.
   */
  disable(home?: string): Promise<RoutingRemoved> {
    return this.#alone(() => this.#takeBack(home === undefined ? [] : [home], 'off'))
  }

  /** Takes everything back until {@link enable} is called for the same homes, as the gateway stops. */
  pause(): Promise<RoutingRemoved> {
    return this.#alone(async () => {
      const {state} = await this.#file.read()
      if (state === 'off') return {configs: [], isShimRemoved: false, keyIds: []}
      return this.#takeBack([], state === 'changing' ? 'off' : 'paused')
    })
  }

  /**
   * Takes back what was interrupted.
   *
   * @returns `undefined` when there was nothing.
   */
  repair(): Promise<RoutingRemoved | undefined> {
    return this.#alone(async () => {
      const {state} = await this.#file.read()
      return state === 'changing' ? this.#takeBack([], 'off') : undefined
    })
  }

  async #alone<Result>(task: () => Promise<Result>): Promise<Result> {
    const {base} = this.#options
    await createPrivateFolder(base)
    // The settings of Codex lie elsewhere.
    const {root: folder} = path.parse(path.resolve(base))
    return withFileLock(path.join(base, 'gateway.routing.lock'), task, {folder})
  }

  async #lead({home, route, shim}: RoutingWish): Promise<'installed' | 'none' | 'taken'> {
    const {shimFile} = this.#options
    const isSecret = route.key !== undefined
    await changeConfig(toConfigFile(home), (text) => addRoute(text, route), {isSecret})
    const installed =
      shimFile === undefined ? 'none' : await installShim(shimFile, toShimText(shim))
    await this.#file.change((state) => ({...state, state: 'routed'}))
    return installed
  }

  async #findMissingFolders(home: string): Promise<readonly string[]> {
    const {shimFile} = this.#options
    const folders = shimFile === undefined ? [home] : [home, path.dirname(shimFile)]
    const missing = await Promise.all(folders.map(findMissingFolder))
    return missing.filter((folder) => folder !== undefined)
  }

  async #takeBack(others: readonly string[], next: 'off' | 'paused'): Promise<RoutingRemoved> {
    const {shimFile} = this.#options
    const known = await this.#file.change((state) =>
      isNothing(state) ? state : {...state, state: 'changing'},
    )
    const homes = unite(known.homes, others)
    const isShimRemoved = shimFile !== undefined && (await removeShim(shimFile))
    const configs: string[] = []
    const failures: {readonly home: string; readonly error: unknown}[] = []
    for (const home of homes) {
      try {
        if (await leadBack(toConfigFile(home))) configs.push(toConfigFile(home))
      } catch (error) {
        failures.push({home, error})
      }
    }
    await Promise.all(known.madeFolders.map((folder) => removeEmpty(folder, [...homes, shimFile])))
    const left = failures.map(({home}) => home)
    await this.#file.change(() => toLeft(known, {next, left}))
    if (failures[0]) throw failures[0].error
    if (next === 'off') await rm(this.#file.file, {force: true})
    return {configs, isShimRemoved, keyIds: known.keyIds}
  }
}

async function leadBack(file: string): Promise<boolean> {
  let isChanged = false
  await removeUnfinished(file)
  await changeConfig(file, (text) => {
    const {text: rest} = removeRoute(text)
    isChanged = rest !== text
    return rest
  })
  return isChanged
}

/** The outermost folder that there is not, on the way to this one. */
async function findMissingFolder(folder: string): Promise<string | undefined> {
  let missing: string | undefined
  for (let at = folder; ; at = path.dirname(at)) {
    const isThere = await access(at).then(
      () => true,
      () => false,
    )
    if (isThere || at === path.dirname(at)) return missing
    missing = at
  }
}

function toWished(
  state: RoutingState,
  {home, keyId, madeFolders, route, shim}: RoutingWish & Pick<RoutingState, 'madeFolders'>,
): RoutingState {
  return {
    state: 'changing',
    homes: unite(state.homes, [home]),
    madeFolders: unite(state.madeFolders, madeFolders),
    keyIds: unite(state.keyIds, [keyId]),
    baseUrl: route.baseUrl,
    codex: shim.codex,
  }
}

function toLeft(
  known: RoutingState,
  {next, left}: {readonly next: 'off' | 'paused'; readonly left: readonly string[]},
): RoutingState {
  if (left.length > 0) return {...NO_ROUTING, state: 'changing', homes: left}
  return next === 'paused' ? {...known, state: 'paused', madeFolders: [], keyIds: []} : NO_ROUTING
}

function isNothing({homes, state}: RoutingState): boolean {
  return state === 'off' && homes.length === 0
}

/** From the inside out, as far as nothing else is in there: a folder that was made, and those in it. */
async function removeEmpty(folder: string, inside: readonly (string | undefined)[]): Promise<void> {
  const deepest = inside.find((file) => file?.startsWith(folder)) ?? folder
  for (let at = deepest; at.startsWith(folder); at = path.dirname(at)) {
    await rmdir(at).catch(() => undefined)
  }
}

function unite(
  before: readonly string[],
  more: readonly (string | undefined)[],
): readonly string[] {
  return [...new Set([...before, ...more.filter((one) => one !== undefined)])]
}
