import {execFile} from 'node:child_process'
import {existsSync} from 'node:fs'
import {mkdir, mkdtemp, rename, rm} from 'node:fs/promises'
import path from 'node:path'
import {promisify} from 'node:util'
import {toNodePackage} from './node-package.ts'

const CACHE = path.resolve(import.meta.dirname, '../../../.cache')

/** Installs another version of Node, once, beside the checkout. @returns Its program. */
export async function installNode(version: string): Promise<string> {
  const {name, program: file} = toNodePackage(process.platform, process.arch)
  const folder = path.join(CACHE, `node-${version}`)
  const program = path.join(folder, 'node_modules', name, file)
  if (existsSync(program)) return program
  await mkdir(CACHE, {recursive: true})
  const directory = await mkdtemp(`${folder}.`)
  const flags = ['--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--ignore-scripts']
  const args = ['install', '--prefix', directory, ...flags, `${name}@${version}`]
  await promisify(execFile)('npm', args, {cwd: directory})
  await rename(directory, folder).catch(() => rm(directory, {recursive: true}))
  return program
}
