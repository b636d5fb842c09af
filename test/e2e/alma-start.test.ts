import {execFile} from 'node:child_process'
import path from 'node:path'
import {pathToFileURL} from 'node:url'
import {promisify} from 'node:util'
import {expect, test} from 'vitest'

/** A host waits for every plugin at each start, also if nobody asks anything. */

const {href} = pathToFileURL(path.resolve(import.meta.dirname, '../../dist/main.js'))

/** Prints the modules of Node that are loaded by an import and an activation, and were not before. */
const SCRIPT = `
  const loaded = () => process.moduleLoadList.filter((name) => name.startsWith('NativeModule '))
  const register = () => ({dispose() {}})
  const note = () => {}
  // What an import of a file needs itself.
  await import('data:text/javascript,0')
  await import('node:fs/promises')
  const before = new Set(loaded())
  const {activate} = await import(${JSON.stringify(href)})
  await activate({
    commands: {register},
    providers: {register},
    logger: {debug: note, info: note, warn: note, error: note},
    settings: {get: note, onDidChange: register},
    storage: {local: {get: async () => {}}, secrets: {get: async () => {}}},
    ui: {},
  })
  const names = loaded().filter((name) => !before.has(name))
  console.log(names.map((name) => name.replace('NativeModule ', '')).join())
  process.exit()
`

test('the start loads no module of Node that takes long, such as crypto', async () => {
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', SCRIPT])

  expect((await run).stdout.trim()).toBe('os,internal/abort_controller')
})
