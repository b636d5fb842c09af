/**
 * The real Claude Code, which runs without an account.
 *
 * @module
 */
import {execFile} from 'node:child_process'
import {existsSync} from 'node:fs'
import {mkdir, mkdtemp, rename, rm} from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import {promisify} from 'node:util'
import {IS_THOROUGH} from '../thoroughness.ts'

const VERSION = '2.1.332'
const PACKAGE = `@anthropic-ai/claude-code-${process.platform}-${process.arch}`
const SDK_VERSION = '0.3.332'
const SDK = '@anthropic-ai/claude-agent-sdk'
const CACHE = path.resolve(import.meta.dirname, '../../../.cache')
const FOLDER = path.join(CACHE, `claude-code-${VERSION}`)

const SDK_FOLDER = path.join(CACHE, `claude-agent-sdk-${SDK_VERSION}`)

/** The program, where it is installed. */
export const CLAUDE_CODE = path.join(FOLDER, 'node_modules', PACKAGE, 'claude')

/**
 * Installs it beside the checkout, once, in a thorough run: it has 400 MB.
 *
 * @returns Whether it is there.
 */
export async function installClaudeCode(): Promise<boolean> {
  return install(CLAUDE_CODE, FOLDER, `${PACKAGE}@${VERSION}`)
}

/**
 * Installs the Agent SDK in the same way, without the second copy of the program that it would bring.
 *
 * @returns The module of the SDK; `undefined` when it is not there.
 */
export async function installAgentSdk(): Promise<string | undefined> {
  const entry = path.join(SDK_FOLDER, 'node_modules', SDK, 'sdk.mjs')
  return (await install(entry, SDK_FOLDER, `${SDK}@${SDK_VERSION}`)) ? entry : undefined
}

async function install(entry: string, folder: string, spec: string): Promise<boolean> {
  if (existsSync(entry)) return true
  if (!IS_THOROUGH) return false
  await mkdir(CACHE, {recursive: true})
  const directory = await mkdtemp(`${folder}.`)
  const flags = ['--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--omit=optional']
  const args = ['install', '--prefix', directory, ...flags, spec]
  await promisify(execFile)('npm', args, {cwd: directory})
  await rename(directory, folder).catch(() => rm(directory, {recursive: true}))
  return existsSync(entry)
}
