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
const CACHE = path.resolve(import.meta.dirname, '../../../.cache')
const FOLDER = path.join(CACHE, `claude-code-${VERSION}`)

/** The program, where it is installed. */
export const CLAUDE_CODE = path.join(FOLDER, 'node_modules', PACKAGE, 'claude')

/**
 * Installs it beside the checkout, once, in a thorough run: it has 400 MB.
 *
 * @returns Whether it is there.
 */
export async function installClaudeCode(): Promise<boolean> {
  if (existsSync(CLAUDE_CODE)) return true
  if (!IS_THOROUGH) return false
  await mkdir(CACHE, {recursive: true})
  const directory = await mkdtemp(`${FOLDER}.`)
  const flags = ['--no-save', '--no-package-lock', '--no-audit', '--no-fund']
  const args = ['install', '--prefix', directory, ...flags, `${PACKAGE}@${VERSION}`]
  await promisify(execFile)('npm', args, {cwd: directory})
  await rename(directory, FOLDER).catch(() => rm(directory, {recursive: true}))
  return existsSync(CLAUDE_CODE)
}
