/**
 * The official SDK around the Codex CLI.
 *
 * @module
 */
import {execFile} from 'node:child_process'
import {existsSync} from 'node:fs'
import {mkdir, mkdtemp, rename, rm} from 'node:fs/promises'
import path from 'node:path'
import {pathToFileURL} from 'node:url'
import {promisify} from 'node:util'

const VERSION = '0.163.0'
const CACHE = path.resolve(import.meta.dirname, '../../../.cache')
const FOLDER = path.join(CACHE, `codex-sdk-${VERSION}`)

/** A conversation of the SDK. */
interface CodexThread {
  run(prompt: string): Promise<{readonly finalResponse: string}>
}

/** What of the SDK is used. */
export interface CodexSdk {
  readonly Codex: new (options: {
    readonly codexPathOverride: string
    readonly baseUrl: string
    readonly apiKey: string
    readonly env: Readonly<Record<string, string>>
    readonly config: Readonly<Record<string, unknown>>
  }) => {
    startThread(options: {
      readonly model: string
      readonly skipGitRepoCheck: boolean
      readonly workingDirectory: string
    }): CodexThread
  }
}

/** Installs the SDK, once, beside the checkout. The CLI that it would bring is left out: there are others. */
export async function installCodexSdk(): Promise<CodexSdk> {
  if (!existsSync(FOLDER)) {
    await mkdir(CACHE, {recursive: true})
    const directory = await mkdtemp(`${FOLDER}.`)
    const flags = ['--omit=optional', '--no-save', '--no-package-lock', '--no-audit', '--no-fund']
    const args = ['install', '--prefix', directory, ...flags, `@openai/codex-sdk@${VERSION}`]
    await promisify(execFile)('npm', args, {cwd: directory})
    await rename(directory, FOLDER).catch(() => rm(directory, {recursive: true}))
  }
  const entry = path.join(FOLDER, 'node_modules/@openai/codex-sdk/dist/index.js')
  return (await import(pathToFileURL(entry).href)) as CodexSdk
}
