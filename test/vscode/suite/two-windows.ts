/**
 * Two windows of one editor, with one login. Each runs this, and they wait for one another.
 *
 * @module
 */
import assert from 'node:assert/strict'
import * as vscode from 'vscode'
import {act, ask, control, logIn, seenAt, selectModel, selectModels, until} from './editor.ts'
import {story, tellStories} from './story.ts'

const meet = (where: string) => act({do: 'meet', where})

/** @throws {Error} A story failed, which the editor makes an exit code of. */
export async function run(): Promise<void> {
  await vscode.extensions.getExtension('openai-codex-auth.openai-codex-auth')?.activate()
  const isFirst = (await act({do: 'count'})) === 0
  if (isFirst) await meet('first window is open')
  await meet('both are open')
  const name = isFirst ? 'the first window' : 'the second window'

  story(`${name} has the models when the first one logs in`, async () => {
    if (isFirst) await logIn()
    await until(async () => (await selectModels()).at(0))
    await meet('logged in')
  })

  story(
    `${name} asks when the token has expired, and the refresh token is spent once`,
    async () => {
      const before = (await seenAt('token')).length
      await meet('counted')
      const ending = {email: 'you@example.com', accessTokens: 'expire'}
      if (isFirst) await control('accounts', {method: 'PATCH', body: JSON.stringify(ending)})
      await meet('expired')
      const model = await selectModel('gpt-5.2')
      assert.equal(await ask(model, name), `gpt-5.2 (none) heard: ${name}`)
      await meet('asked')
      assert.equal((await seenAt('token')).length, before + 1)
      await meet('counted again')
    },
  )

  story(`${name} has no models when the other one logs out`, async () => {
    if (!isFirst) await vscode.commands.executeCommand('openaiCodex.logOut')
    await until(async () => ((await selectModels()).length === 0 ? true : undefined))
    await meet('logged out')
  })

  await tellStories()
}
