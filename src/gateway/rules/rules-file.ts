/**
 * The file that the rules of the gateway are kept in.
 *
 * @module
 */
import path from 'node:path'
import {BaseFile} from '../../accounts/directories/base-file.ts'
import type {Clock} from '../../base/clock.ts'
import type {Log} from '../../base/log.ts'
import {toErrorName} from '../../errors.ts'
import {readVersion} from '../../files/read-file.ts'
import {watchFolders} from '../../files/watch-folders.ts'
import {NO_RULES, parseRules, type Rules} from './rules.ts'

/** Its name, in the folder of the accounts. */
export const RULES_FILE = 'gateway-rules.json'

/** How often to look where the system tells of no changes, in milliseconds. */
const LOOK_EVERY_MS = 5000

/** Where the rules are. */
export interface RulesFileOptions {
  /** The folder of the accounts. */
  readonly base: string
  readonly now: Clock
  /** Told where a damaged file was kept before it was written anew. Default: nobody is told. */
  readonly onDamage?: (copy: string) => void
}

/** Reads the rules, and changes them while nobody else does. */
export type RulesFile = Pick<BaseFile<Rules>, 'change' | 'file' | 'read'>

/** Opens the file. Nothing is read yet. A damaged one counts as no rules, and is kept before it is written anew. */
export function openRulesFile({base, now, onDamage}: RulesFileOptions): RulesFile {
  return new BaseFile<Rules>(path.join(base, RULES_FILE), {
    parse: parseRules,
    empty: NO_RULES,
    repair: async () => NO_RULES,
    toText: (rules) => `${JSON.stringify(rules, undefined, 2)}\n`,
    now,
    onDamage: ({copy}) => {
      if (copy !== undefined) onDamage?.(copy)
    },
  })
}

/** The rules as they are now, for a program that runs. */
export interface LiveRules {
  /** Costs nothing: the file is read when it changes. */
  readonly current: Rules
  /** Reads the file now. Never rejects. */
  reload(): Promise<void>
  close(): void
}

/** Options of {@link watchRules}. */
export interface WatchRulesOptions extends RulesFileOptions {
  readonly log: Log
  /** Told after each change. Must not throw. Default: nobody is told. */
  readonly onChange?: (rules: Rules) => void
}

/** Follows the file. What cannot be read changes nothing, and is said once: the rules of before stay. */
export function watchRules(options: WatchRulesOptions): LiveRules {
  return new WatchedRules(options)
}

class WatchedRules implements LiveRules {
  current: Rules = NO_RULES
  readonly #options: WatchRulesOptions
  readonly #file: string
  readonly #watch: {close(): void; follow(folders: readonly string[]): void}
  readonly #timer: NodeJS.Timeout
  #version = ''
  #isDamaged = false
  #loading = Promise.resolve()

  constructor(options: WatchRulesOptions) {
    this.#options = options
    this.#file = path.join(options.base, RULES_FILE)
    this.#watch = watchFolders([RULES_FILE], () => void this.reload())
    this.#timer = setInterval(() => void this.reload(), LOOK_EVERY_MS).unref()
  }

  reload(): Promise<void> {
    this.#loading = this.#loading.then(() => this.#load())
    return this.#loading
  }

  close(): void {
    clearInterval(this.#timer)
    this.#watch.close()
  }

  async #load(): Promise<void> {
    const {log, onChange} = this.#options
    this.#watch.follow([this.#options.base])
    const version = await readVersion(this.#file)
    if (version === this.#version) return
    this.#version = version
    try {
      this.current = await this.#read()
      onChange?.(this.current)
    } catch (error) {
      log.warn('The rules of the gateway cannot be read, so those of before stay', {
        name: toErrorName(error),
      })
    }
  }

  async #read(): Promise<Rules> {
    const damage = {isDamaged: false}
    const file = new BaseFile<Rules>(this.#file, {
      parse: parseRules,
      empty: NO_RULES,
      repair: async () => this.current,
      toText: JSON.stringify,
      now: this.#options.now,
      onDamage: () => void (damage.isDamaged = true),
    })
    const rules = await file.read()
    if (damage.isDamaged && !this.#isDamaged) {
      this.#options.log.warn('gateway-rules.json is damaged, so the rules of before stay')
    }
    this.#isDamaged = damage.isDamaged
    return rules
  }
}
