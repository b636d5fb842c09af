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
  seenAt,
  selectModel,
  selectModels,
  until,
  untilWarned,
} from './editor.ts'
import {logOutOfAll, useLimit} from './known-state.ts'
import {story, tellStories} from './story.ts'

/** How much is used, in percent, and how the warning begins then: the questions use up a little as well. */
const WARNINGS = [
  [80, /has (1\d|20) %/],
  [91, /has [6-9] %/],
  [96, /has [1-5] %/],
] as const

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
    for (const [usedPercent, expected] of WARNINGS) {
      if (isFirst) await useLimit('you@example.com', usedPercent, 9000)
      await meet(`${usedPercent} % are used`)
      await ask(model, `Do both windows warn at ${usedPercent} %?`)
      await untilWarned(expected)
    }
    await meet('warned')
    const told = await untilWarned(WARNINGS[2][1])
    assert.equal(told.filter((text) => WARNINGS[0][1].test(text)).length, 1)
    assert.equal(told.filter((text) => WARNINGS[1][1].test(text)).length, 1)
    if (isFirst) await useLimit('you@example.com', 5)
  })

  story(`${name} has no models when the first one logs out`, async () => {
    if (isFirst) await logOutOfAll()
    await until(async () => ((await selectModels()).length === 0 ? true : undefined))
    await meet('logged out')
  })

  await tellStories()
}
