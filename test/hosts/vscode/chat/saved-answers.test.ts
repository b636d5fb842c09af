import {readFile, stat, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {expect, test} from 'vitest'
import {createSavedAnswers} from '../../../../src/hosts/vscode/chat/saved-answers.ts'
import {createMemoryLog} from '../../../support/memory/memory-log.ts'
import {makeTemporaryFolder} from '../../../support/temporary-folder.ts'

const PLACE = {before: 'b', asked: 'a'}
const OUTPUT = [
  {type: 'reasoning', id: 'r1', encrypted_content: 'x', summary: []},
  {type: 'function_call', call_id: 'c1', name: 'look', arguments: '{}'},
]

test('what was answered before the window closed is known when it opens again', async () => {
  const folder = path.join(makeTemporaryFolder(), 'workspace', 'extension')
  const {log, lines} = createMemoryLog()
  const first = createSavedAnswers({folder, log})
  const answers = await first.open()
  answers.remember(OUTPUT, PLACE)
  await first.close()
  const second = await createSavedAnswers({folder, log}).open()
  expect(second.findByCall('c1')).toEqual(OUTPUT)
  expect((await stat(path.join(folder, 'answers.json'))).mode & 0o077).toBe(0)
  expect(lines).toEqual([])
})

test('nothing is read or written before somebody asks', async () => {
  const folder = path.join(makeTemporaryFolder(), 'workspace')
  const answers = createSavedAnswers({folder, log: createMemoryLog().log})
  await answers.close()
  await expect(stat(folder)).rejects.toThrow('ENOENT')
})

test('a file of another form, and a folder that cannot be made, cost no answer', async () => {
  const folder = makeTemporaryFolder()
  const {log, lines} = createMemoryLog()
  await writeFile(path.join(folder, 'answers.json'), '{"version":99}')
  const damaged = createSavedAnswers({folder, log})
  expect((await damaged.open()).findByCall('c1')).toBe(undefined)
  const file = path.join(folder, 'answers.json')
  const blocked = createSavedAnswers({folder: path.join(file, 'below'), log})
  const answers = await blocked.open()
  answers.remember(OUTPUT, PLACE)
  await blocked.close()
  expect(answers.findByCall('c1')).toEqual(OUTPUT)
  expect(await readFile(file, 'utf8')).toBe('{"version":99}')
  expect(lines.length).toBe(2)
})

test('a window without a workspace remembers as long as it is open', async () => {
  const saved = createSavedAnswers({folder: undefined, log: createMemoryLog().log})
  const answers = await saved.open()
  answers.remember(OUTPUT, PLACE)
  await saved.close()
  expect((await saved.open()).findByCall('c1')).toEqual(OUTPUT)
})
