/**
 * Two windows of one editor, with one login. Each runs this, and they wait for one another.
 *
 * @module
 */
import assert from 'node:assert/strict'
import * as vscode from 'vscode'
import {
  act,
  ask,
  control,
  logIn,
  readWarnings,
  seenAt,
  selectModel,
  selectModels,
  until,
} from './editor.ts'
import {useLimit} from './known-state.ts'
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

  story(`${name} warns of a limit only where the other one does not`, async () => {
    await vscode.commands.executeCommand('notifications.clearAll')
    await vscode.commands.executeCommand('notifications.showList')
    const model = await selectModel('gpt-5.2')
    // What comes last shows that what came before is over.
    for (const usedPercent of [80, 91, 96]) {
      /* oxlint-disable no-await-in-loop -- more and more is used */
      if (isFirst) await useLimit('you@example.com', usedPercent, 9000)
      await meet(`${usedPercent} % are used`)
      await ask(model, `Do both windows warn at ${usedPercent} %?`)
      /* oxlint-enable no-await-in-loop */
    }
    const told = await until(async () => {
      const warnings = await readWarnings()
      return warnings.some((text) => /has [1-5] %/.test(text)) ? warnings : undefined
    })
    await meet('warned')
    assert.equal(told.filter((text) => /has (1\d|20) %/.test(text)).length, 1)
    assert.equal(told.filter((text) => /has [6-9] %/.test(text)).length, 1)
    if (isFirst) await useLimit('you@example.com', 5)
  })

  story(`${name} has no models when the other one logs out`, async () => {
    if (!isFirst) await vscode.commands.executeCommand('openaiCodex.logOut')
    await until(async () => ((await selectModels()).length === 0 ? true : undefined))
    await meet('logged out')
  })

  await tellStories()
}
