import {chmodSync, mkdirSync, symlinkSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {expect, test} from 'vitest'
import {withStarted} from '../../../src/codex/codex-environment.ts'
import {findCodex, toCandidates} from '../../../src/cli/codex/find-codex.ts'
import {makeTemporaryFolder} from '../../support/temporary-folder.ts'

/** Which program in the PATH is the Codex CLI. */

/** Two folders of a PATH, with a file in each. */
function makePath(first: string, second: string) {
  const base = makeTemporaryFolder()
  const files = [first, second].map((text, index) => {
    const folder = path.join(base, String(index))
    mkdirSync(folder)
    const file = path.join(folder, 'codex')
    if (text !== '') writeFileSync(file, text)
    if (text !== '') chmodSync(file, 0o755)
    return file
  })
  const [one, other] = files as [string, string]
  return {base, one, other, env: {PATH: `${path.dirname(one)}:${path.dirname(other)}`}}
}

const REAL = '#!/bin/sh\nexec node /opt/@openai/codex/bin/codex.js "$@"\n'

test.each([
  ['exec cao run -- "$@"'],
  ['exec cao --data-dir "$HOME/x" run -q -- "$@"'],
  ['codex-account-orchestrator run -- "$@"'],
  ['node "/opt/dist/cao.js" run -- "$@"'],
])('a script that says %s is passed over', async (line) => {
  const {env, other} = makePath(`#!/bin/sh\n${line}\n`, REAL)

  expect(await findCodex('codex', {env})).toEqual({file: other})
})

test('a link to this program is passed over, however many links away', async () => {
  const {base, env, one, other} = makePath('', REAL)
  mkdirSync(path.join(base, 'dist'))
  writeFileSync(path.join(base, 'dist/cao.js'), '', {mode: 0o755})
  symlinkSync(path.join(base, 'dist/cao.js'), path.join(base, 'cao'))
  symlinkSync(path.join(base, 'cao'), one)

  expect(await findCodex('codex', {env})).toEqual({file: other})
})

test('a script that has led back here is passed over, whatever it says', async () => {
  const {env, one, other} = makePath('#!/bin/sh\n. ~/functions; start "$@"\n', REAL)

  const before = await findCodex('codex', {env})
  const after = await findCodex('codex', {env: {...env, ...withStarted(env, one)}})

  expect(before).toEqual({file: one, script: one})
  expect(after).toEqual({file: other})
})

test('two scripts that lead to each other are both known', async () => {
  const {env, one, other} = makePath('#!/bin/sh\na "$@"\n', '#!/bin/sh\nb "$@"\n')

  const started = withStarted(withStarted(env, one), other)

  await expect(findCodex('codex', {env: started})).rejects.toThrow(
    `${one} and ${other} would start cao again, and there is no other Codex CLI.`,
  )
})

test('the CLI may start this program in a conversation', async () => {
  const {env, one} = makePath('#!/bin/sh\nwrapped "$@"\n', REAL)

  const inside = {...withStarted(env, one), CODEX_THREAD_ID: 'thread-1'}

  expect(await findCodex('codex', {env: inside})).toEqual({file: one, script: one})
})

test('a program that is named leads back here, too', async () => {
  const {env, one} = makePath('#!/bin/sh\nexec cao run -- "$@"\n', REAL)

  await expect(findCodex(one, {env})).rejects.toThrow(`${one} would start cao again`)
})

test('what is not there is left to the system to say', async () => {
  expect(await findCodex('/nowhere/codex', {env: {PATH: '/nowhere'}})).toEqual({
    file: '/nowhere/codex',
  })
  expect(await findCodex('codex', {env: {PATH: '/nowhere'}})).toEqual({file: 'codex'})
})

test.each([
  [
    'codex',
    {Path: String.raw`C:\npm;"D:\my tools"`, PATHEXT: '.EXE;.CMD'},
    [
      String.raw`C:\npm\codex.exe`,
      String.raw`C:\npm\codex.cmd`,
      String.raw`D:\my tools\codex.exe`,
      String.raw`D:\my tools\codex.cmd`,
    ],
  ],
  [String.raw`.\codex.cmd`, {}, [String.raw`.\codex.cmd`]],
  [String.raw`C:\x\codex`, {PATHEXT: '.EXE'}, [String.raw`C:\x\codex.exe`]],
])('on Windows, %j is looked for under the names that can be started', (named, env, expected) => {
  expect(toCandidates(named, env, 'win32')).toEqual(expected)
})
