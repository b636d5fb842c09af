import assert from 'node:assert/strict'
import * as vscode from 'vscode'
import {
  act,
  ask,
  failureOf,
  lastRequest,
  readNotification,
  selectModel,
  untilWarned,
} from './editor.ts'
import {loggedInAs, useLimit} from './known-state.ts'
import {group, story} from './story.ts'

const FIRST = 'you@example.com'
const ROW = '.quick-input-list .monaco-list-row'
const SECOND = 'other@example.com'

group(() => loggedInAs(FIRST, SECOND))

/** Full again, and known to be: whoever looks at the status asks. */
async function recover(): Promise<void> {
  await Promise.all([FIRST, SECOND].map((email) => useLimit(email, 5)))
  await vscode.commands.executeCommand('openaiCodex.showStatus')
  await act({do: 'give up'})
}

story('when an account reaches its limit, the next one answers, and the user is told', async () => {
  await recover()
  const model = await selectModel('gpt-5.2')
  await ask(model, 'Who answers before the limit is reached?')
  assert.equal((await lastRequest()).account, FIRST)
  await vscode.commands.executeCommand('notifications.clearAll')
  await useLimit(FIRST, 100)
  await ask(model, 'Who answers after the limit is reached?')
  assert.equal((await lastRequest()).account, SECOND)
  assert.match(await readNotification(), /you@example\.com .* other@example\.com takes over/)
})

story('when all of them have, it is Blocked, with the time of the first', async () => {
  await Promise.all([FIRST, SECOND].map((email) => useLimit(email, 100)))
  const failure = await failureOf(ask(await selectModel('gpt-5.2'), 'Does anybody answer?'))
  assert.equal(failure.code, 'Blocked')
  assert.match(failure.message, /limit/)
  await Promise.all([FIRST, SECOND].map((email) => useLimit(email, 5)))
  await vscode.commands.executeCommand('openaiCodex.showStatus')
  await act({do: 'see', selector: `${ROW}:has-text("${SECOND}"):has-text("is logged in")`})
  await act({do: 'see', selector: `${ROW}:has-text("95 % left of the 5 h limit")`})
  await recover()
})

async function askAt(usedPercent: number): Promise<void> {
  await useLimit(FIRST, usedPercent, 9000)
  await ask(await selectModel('gpt-5.2'), `Is it worth a warning that ${usedPercent} % are used?`)
  assert.equal((await lastRequest()).account, FIRST)
}

story('when little is left of a limit, the user is told, once for each threshold', async () => {
  await recover()
  await vscode.commands.executeCommand('notifications.clearAll')
  await vscode.commands.executeCommand('notifications.showList')
  // The questions use up a little as well.
  await askAt(80)
  await untilWarned(/^you@example\.com has (19|20) %/)
  await askAt(81)
  await askAt(92)
  const told = await untilWarned(/^you@example\.com has [78] %/)
  assert.equal(told.length, 2)
  await recover()
  await vscode.commands.executeCommand('notifications.clearAll')
})
