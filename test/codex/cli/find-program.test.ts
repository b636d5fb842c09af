import {execFileSync} from 'node:child_process'
import {chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import {expect, test} from 'vitest'
import {chooseCodex} from '../../../src/cli/codex/choose-codex.ts'
import {findProgram, findServerProgram, toCandidates} from '../../../src/codex/cli/find-program.ts'
import {withStarted} from '../../../src/codex/codex-environment.ts'
import {withinTime} from '../../../src/files/within-time.ts'
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

  expect(await findProgram('codex', {env})).toEqual({kind: 'found', file: other})
})

test('a link to this program is passed over, however many links away', async () => {
  const {base, env, one, other} = makePath('', REAL)
  mkdirSync(path.join(base, 'dist'))
  writeFileSync(path.join(base, 'dist/cao.js'), '', {mode: 0o755})
  symlinkSync(path.join(base, 'dist/cao.js'), path.join(base, 'cao'))
  symlinkSync(path.join(base, 'cao'), one)

  expect(await findProgram('codex', {env})).toEqual({kind: 'found', file: other})
})

test('a script that has led back here is passed over, whatever it says', async () => {
  const {env, one, other} = makePath('#!/bin/sh\n. ~/functions; start "$@"\n', REAL)

  const before = await findProgram('codex', {env})
  const after = await findProgram('codex', {env: {...env, ...withStarted(env, one)}})

  expect(before).toEqual({kind: 'found', file: one, script: one})
  expect(after).toEqual({kind: 'found', file: other})
})

test('two scripts that lead to each other are both known', async () => {
  const {env, one, other} = makePath('#!/bin/sh\na "$@"\n', '#!/bin/sh\nb "$@"\n')

  const started = withStarted(withStarted(env, one), other)

  await expect(chooseCodex('codex', {env: started})).rejects.toThrow(
    `${one} and ${other} would start cao again, and there is no other Codex CLI.`,
  )
})

test('the CLI may start this program in a conversation', async () => {
  const {env, one} = makePath('#!/bin/sh\nwrapped "$@"\n', REAL)

  const inside = {...withStarted(env, one), CODEX_THREAD_ID: 'thread-1'}

  expect(await findProgram('codex', {env: inside})).toEqual({kind: 'found', file: one, script: one})
})

test('a program that is named leads back here, too', async () => {
  const {env, one} = makePath('#!/bin/sh\nexec cao run -- "$@"\n', REAL)

  await expect(chooseCodex(one, {env})).rejects.toThrow(`${one} would start cao again`)
})

test('what is not there is left to the system to say', async () => {
  const env = {PATH: '/nowhere'}
  expect(await findProgram('codex', {env})).toEqual({kind: 'missing'})
  expect(await chooseCodex('/nowhere/codex', {env})).toEqual({file: '/nowhere/codex'})
  expect(await chooseCodex('codex', {env})).toEqual({file: 'codex'})
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
  expect(toCandidates(named, {env, platform: 'win32'})).toEqual(expected)
})

test('our shim, what is no program, and a drive that does not answer are passed over', async () => {
  const {env, one, other} = makePath('#!/bin/sh\n# CAO GATEWAY SHIM\nexec x\n', REAL)
  const found = {kind: 'found', file: other}
  expect(await findProgram('codex', {env})).toEqual(found)
  expect(await findServerProgram('codex', {env})).toBe(other)

  rmSync(one)
  execFileSync('mkfifo', ['-m', '755', one])
  expect(await findProgram('codex', {env})).toEqual(found)

  // A call for this file waits already, and nothing can end it.
  let answer: (() => void) | undefined
  const waiting = new Promise<void>((resolve) => (answer = resolve))
  rmSync(one)
  writeFileSync(one, REAL, {mode: 0o755})
  await expect(withinTime(one, () => waiting, 1)).rejects.toThrow('the system does not answer')
  expect(await findProgram('codex', {env})).toEqual(found)
  expect(await findServerProgram('codex', {env})).toBe(other)
  answer?.()
  await waiting
})

/** The package as npm installs it, with a program that is not one. */
function install(root: string, platform: NodeJS.Platform): string {
  const scope = path.join(root, 'node_modules', '@openai')
  const name = platform === 'win32' ? 'codex.exe' : 'codex'
  const bin = path.join(scope, `codex-${platform}-${process.arch}`, 'vendor', 'target', 'bin')
  mkdirSync(bin, {recursive: true})
  mkdirSync(path.join(scope, 'codex', 'bin'), {recursive: true})
  writeFileSync(path.join(bin, name), '', {mode: 0o755})
  writeFileSync(path.join(scope, 'codex', 'bin', 'codex.js'), '', {mode: 0o755})
  return path.join(bin, name)
}

test('a server starts the program behind the script of npm, and a shell the script', async () => {
  const root = makeTemporaryFolder()
  const program = install(root, 'linux')
  const bin = path.join(root, 'bin')
  mkdirSync(bin)
  const link = path.join(bin, 'codex')
  symlinkSync(path.join(root, 'node_modules/@openai/codex/bin/codex.js'), link)
  const options = {env: {PATH: bin}, platform: 'linux'} as const

  expect(await findServerProgram('codex', options)).toBe(program)
  expect(await findProgram('codex', options)).toEqual({kind: 'found', file: link})
  expect(await findServerProgram('codex', {...options, env: {PATH: root}})).toBeUndefined()
})

test('a server takes no program from the folder that it works in', async () => {
  const {one} = makePath(REAL, REAL)
  const folder = path.relative(process.cwd(), path.dirname(one))
  const env = {PATH: folder}

  expect(await findProgram('codex', {env})).toEqual({
    kind: 'found',
    file: path.join(folder, 'codex'),
  })
  expect(await findServerProgram('codex', {env})).toBeUndefined()
  expect(await findServerProgram(path.join(folder, 'codex'), {env})).toBe(one)
})

test('on Windows, the program beside the batch file is started, and never the batch file', async () => {
  const other = makeTemporaryFolder()
  writeFileSync(path.join(other, 'codex.cmd'), '')
  const root = makeTemporaryFolder()
  const program = install(root, 'win32')
  writeFileSync(path.join(root, 'codex.cmd'), '')

  // Each file by its path: the folders of this system have slashes, which no PATH of Windows has.
  const options = {env: {}, platform: 'win32'} as const
  expect(await findServerProgram(path.join(root, 'codex.cmd'), options)).toBe(program)
  expect(await findServerProgram(path.join(root, 'codex'), options)).toBe(program)
  expect(await findServerProgram(path.join(other, 'codex.cmd'), options)).toBeUndefined()
})
