import assert from 'node:assert/strict'
import * as vscode from 'vscode'
import {ask, logIn, seenAt, selectModel, selectModels} from './editor.ts'
import {story} from './story.ts'

story('the extension loads, and uses no network before somebody logs in', async () => {
  const extension = vscode.extensions.getExtension('openai-codex-auth.openai-codex-auth')
  await extension?.activate()
  assert.equal(extension?.isActive, true)
  assert.deepEqual(await selectModels(), [])
  assert.deepEqual(await seenAt('models'), [])
})

story('logging in by the command brings 22 variants and the live models', async () => {
  await logIn()
  const models = await selectModels()
  const ids = models.map(({id}) => id)
  assert.ok(ids.includes('gpt-5.2-codex-high'), ids.join(' '))
})

story('an answer streams', async () => {
  const model = await selectModel('gpt-5.2-codex-high')
  assert.equal(await ask(model, 'hello'), 'gpt-5.2-codex (high) heard: hello')
})

story('logging out takes the models away', async () => {
  await vscode.commands.executeCommand('openaiCodex.logOut')
  assert.deepEqual(await selectModels(), [])
})
