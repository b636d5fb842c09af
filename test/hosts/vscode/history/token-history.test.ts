import {appendFile, mkdir, readdir, stat, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {expect, test} from 'vitest'
import {readHistory} from '../../../../src/hosts/vscode/history/read-history.ts'
import {createTokenHistory} from '../../../../src/hosts/vscode/history/token-history.ts'
import {listUsage} from '../../../../src/hosts/vscode/panel/usage-tree.ts'
import {createAccountMemory} from '../../../../src/storage/account-memory.ts'
import {createReading} from '../../../support/accounts/create-usage.ts'
import {ACCOUNT, NOW_MS} from '../../../support/engine/create-backend.ts'
import {createMemoryAccountStore} from '../../../support/memory/memory-account-store.ts'
import {createMemoryLog} from '../../../support/memory/memory-log.ts'
import {createMemoryStorage} from '../../../support/memory/memory-storage.ts'
import {makeTemporaryFolder} from '../../../support/temporary-folder.ts'

const DAY_MS = 86_400_000
const NOON_MS = Date.UTC(2026, 10, 30, 12)
const ANSWER = {conversation: 'one', model: 'gpt-7', input: 18_300, cached: 16_000, output: 250}

function start() {
  const folder = path.join(makeTemporaryFolder(), 'history')
  const clock = {nowMs: NOON_MS}
  const history = () => createTokenHistory({folder, now: () => clock.nowMs})
  return {folder, clock, history}
}

test('what answers took is kept for each day, for this user alone, and read by every window', async () => {
  const {clock, folder, history} = start()
  const one = history()
  const other = history()
  await Promise.all([one.note(ANSWER), other.note({...ANSWER, conversation: 'two'})])
  clock.nowMs += DAY_MS
  await one.note(ANSWER)
  expect(await readdir(folder)).toEqual(['2026-11-30.jsonl', '2026-12-01.jsonl'])
  const {mode} = await stat(path.join(folder, '2026-11-30.jsonl'))
  expect(mode & 0o777).toBe(0o600)
  const read = await readHistory(folder)
  expect(read.map(({atMs}) => atMs)).toEqual([NOON_MS, NOON_MS, NOON_MS + DAY_MS])
  expect(read.filter(({conversation}) => conversation === 'two')).toHaveLength(1)
  expect(read[2]).toEqual({atMs: NOON_MS + DAY_MS, ...ANSWER})
})

test('days long past are removed, and files of others stay', async () => {
  const {folder, history} = start()
  await mkdir(folder, {recursive: true})
  for (const name of ['2026-11-01.jsonl', '2026-11-16.jsonl', 'notes.txt']) {
    await writeFile(path.join(folder, name), '')
  }
  await history().note(ANSWER)
  expect(await readdir(folder)).toEqual(['2026-11-16.jsonl', '2026-11-30.jsonl', 'notes.txt'])
})

test('a line that was cut off is left out, and a folder that is not there is empty', async () => {
  const {folder, history} = start()
  expect(await readHistory(folder)).toEqual([])
  await history().note(ANSWER)
  await appendFile(path.join(folder, '2026-11-30.jsonl'), '{"atMs":1,"mod')
  expect(await readHistory(folder)).toHaveLength(1)
})

test('the view has the accounts with their limits, the days, and the conversations', async () => {
  const {folder, history} = start()
  const {log} = createMemoryLog()
  const memory = createAccountMemory({storage: createMemoryStorage(), now: () => NOW_MS, log})
  const {resetsAtMs: _, ...window} = createReading({}, {usedPercent: 96}).windows[0]!
  memory.usage.update(ACCOUNT.id, {...createReading({}), windows: [window], resetCredits: 2})
  const one = history()
  await one.note(ANSWER)
  await one.note({...ANSWER, model: 'gpt-6'})
  await one.note({model: 'gpt-6', input: 10, cached: 0, output: 1})
  const store = createMemoryAccountStore(ACCOUNT)
  const [account, days, conversations, ...rest] = await listUsage({
    store,
    memory,
    historyFolder: folder,
  })
  expect(rest).toEqual([])
  expect(account).toEqual({
    label: 'ada@example.com (ChatGPT Plus)',
    description: 'is logged in',
    icon: 'account',
    children: [
      {label: '█░░░░', description: '4 % left of the 5 h limit'},
      {label: '2 saved resets to redeem'},
    ],
  })
  expect(days).toMatchObject({
    label: 'Last days',
    children: [
      {
        description: '37.1K tokens, 3 answers: 36.6K read (32K cached), 501 written',
        children: [{label: 'gpt-7'}, {label: 'gpt-6'}],
      },
    ],
  })
  expect(conversations).toMatchObject({
    children: [
      {label: 'Titles and other extensions'},
      {
        label: expect.stringMatching(/\d:\d\d/) as unknown,
        description: '37.1K tokens, 2 answers: 36.6K read (32K cached), 500 written',
      },
    ],
  })
})
