import {execFile} from 'node:child_process'
import path from 'node:path'
import process from 'node:process'
import {pathToFileURL} from 'node:url'
import {promisify} from 'node:util'
import {expect, test} from 'vitest'

const {href} = pathToFileURL(path.resolve(import.meta.dirname, '../../dist/main.js'))

/** The bundle asks for modules of Node by this function, each when the code that needs it is loaded. */
const LIST_MODULES = `
  const load = process.getBuiltinModule
  const names = []
  process.getBuiltinModule = (name) => (names.push(name), load(name))
  await import(process.argv[1])
  console.log(JSON.stringify(names))`

test('the start of a host does not wait for node:crypto', async () => {
  const code = ['--input-type=module', '--eval', LIST_MODULES, href]
  const {stdout} = await promisify(execFile)(process.execPath, code)
  const names = JSON.parse(stdout) as unknown
  expect(names).toContain('node:path')
  expect(names).not.toContain('node:crypto')
})
