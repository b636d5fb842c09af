import {mkdir, readdir, readFile, stat, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {expect, test} from 'vitest'
import {openRulesFile, watchRules} from '../../../src/gateway/rules/rules-file.ts'
import {createMemoryLog} from '../../support/memory/memory-log.ts'
import {makeTemporaryFolder} from '../../support/temporary-folder.ts'

const now = () => Date.UTC(2026, 10, 20, 12)
const RESERVE = {
  accountId: 'main',
  windowSeconds: 604_800,
  keepPercent: 20,
  isPaced: false,
  from: 'background',
} as const

function start() {
  const base = path.join(makeTemporaryFolder(), 'data')
  const {log, lines} = createMemoryLog()
  const file = openRulesFile({base, now})
  return {base, file, lines, live: watchRules({base, now, log})}
}

test('rules are kept for this user only, and changes of several writers all count', async () => {
  const {file} = start()

  await Promise.all(
    ['one', 'two', 'three'].map((accountId) =>
      file.change((rules) => ({...rules, reserves: [...rules.reserves, {...RESERVE, accountId}]})),
    ),
  )

  const {reserves} = await file.read()
  expect(reserves.map(({accountId}) => accountId).toSorted()).toEqual(['one', 'three', 'two'])
  expect((await stat(file.file)).mode & 0o777).toBe(0o600)
})

test('a program that runs notices what another one changes', async () => {
  const {file, live} = start()
  await live.reload()
  expect(live.current.reserves).toEqual([])

  await file.change((rules) => ({...rules, reserves: [RESERVE]}))
  await live.reload()

  expect(live.current.reserves).toEqual([RESERVE])
  live.close()
})

test('a damaged file changes nothing for a program that runs, and is kept when it is written anew', async () => {
  const {base, file, lines, live} = start()
  await file.change((rules) => ({...rules, reserves: [RESERVE]}))
  await live.reload()

  await mkdir(base, {recursive: true})
  await writeFile(file.file, '{"reserves": [{"accountId": 3}]}')
  await live.reload()
  await live.reload()

  expect(live.current.reserves).toEqual([RESERVE])
  expect(lines.filter((line) => line.includes('damaged'))).toHaveLength(1)
  await file.change((rules) => rules)
  const copy = (await readdir(base)).find((name) => name.includes('.corrupt-'))
  expect(await readFile(path.join(base, copy ?? ''), 'utf8')).toContain('"accountId": 3')
  live.close()
})
