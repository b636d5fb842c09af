import {cpSync, mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {isBuiltin} from 'node:module'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {expect, onTestFinished, test} from 'vitest'
import {compilePlugin} from '../support/alma/compile-plugin.ts'
import {startStory} from '../support/stories/start-story.ts'

/** Copies what a user has after installing, into a folder named after the plugin. */
function install(): string {
  const plugins = mkdtempSync(path.join(tmpdir(), 'plugins-'))
  onTestFinished(() => rmSync(plugins, {recursive: true}))
  const folder = path.join(plugins, 'openai-codex-auth')
  for (const file of ['manifest.json', 'dist/main.js']) cpSync(file, path.join(folder, file))
  return folder
}

test('manifest.json and dist/main.js alone are the whole plugin', async () => {
  const {host} = await startStory({folder: install(), checkFolderName: true, connected: true})
  const {ai} = await host.sdk(6)
  const model = await host.languageModel(6, 'gpt-5.2-codex-high')

  expect(host.manifest).toMatchObject({id: 'openai-codex-auth', main: 'dist/main.js'})
  expect((await ai.generateText({model, prompt: 'Hello'})).text).not.toBe('')
})

test('compiled by the host, it imports nothing but Node’s own modules', async () => {
  const code = readFileSync(await compilePlugin(path.resolve('dist/main.js')), 'utf8')

  const imports = code.matchAll(
    /(?:(?<!\.)\b(?:from|import)|\bgetBuiltinModule)\s*\(?\s*"([^"\n]+)"/g,
  )
  const imported = [...imports].map(([, name]) => name)

  expect(imported).not.toEqual([])
  expect(imported.filter((name) => !isBuiltin(name ?? ''))).toEqual([])
  expect(code).not.toMatch(/\b__(?:dirname|filename)\b/)
})
