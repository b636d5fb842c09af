import {readFileSync, statSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {expect, onTestFinished, test} from 'vitest'
import {KeyFile} from '../../../src/gateway/keys/key-file.ts'
import {openKeyRing} from '../../../src/gateway/keys/key-ring.ts'
import {eventually} from '../../support/eventually.ts'
import {createMemoryLog} from '../../support/memory/memory-log.ts'
import {makeTemporaryFolder} from '../../support/temporary-folder.ts'

const WISH = {name: 'laptop', class: 'interactive', scopes: ['answers']} as const
const NOW_MS: number = 1_800_000_000_000

function openRing({now = () => NOW_MS} = {}) {
  const base = makeTemporaryFolder()
  const {log, lines} = createMemoryLog()
  const file = new KeyFile({base, now, onDamage: () => undefined})
  const ring = openKeyRing({base, file, log, now, lookEveryMs: 5})
  onTestFinished(() => ring.close())
  return {base, file, ring, lines, name: path.join(base, 'gateway.keys.json')}
}

test('a key works at once, and no longer once another process has removed it', async () => {
  const {file, ring, name} = openRing()

  const {key, record} = await file.add(WISH)
  expect(await ring.find(key)).toEqual(record)
  expect(statSync(name).mode & 0o777).toBe(0o600)

  await file.remove([record.id])
  await eventually(async () => expect(await ring.find(key)).toBeUndefined())
})

test('keys that are added at the same time are all kept', async () => {
  const {file} = openRing()

  await Promise.all(['a', 'b', 'c', 'd'].map((name) => file.add({...WISH, name})))

  expect((await file.list()).map(({name}) => name).toSorted()).toEqual(['a', 'b', 'c', 'd'])
})

test('the last use is written down seldom, and when the gateway stops', async () => {
  let nowMs = NOW_MS
  const {file, ring, name} = openRing({now: () => nowMs})
  const {key, record} = await file.add(WISH)
  const text = readFileSync(name, 'utf8')

  nowMs += 1000
  for (let index = 0; index < 50; index += 1) await ring.find(key)
  expect(readFileSync(name, 'utf8')).toBe(text)

  await ring.close()
  expect(await file.list()).toEqual([{...record, lastUsedAtMs: NOW_MS + 1000}])
})

test('a use is written down after ten minutes, and brings back no key that was removed', async () => {
  let nowMs = NOW_MS
  const {file, ring} = openRing({now: () => nowMs})
  const [first, second] = [await file.add(WISH), await file.add({...WISH, name: 'other'})]

  await ring.find(first.key)
  await ring.find(second.key)
  await file.remove([second.record.id])
  nowMs += 600_000

  await eventually(async () =>
    expect(await file.list()).toEqual([{...first.record, lastUsedAtMs: NOW_MS}]),
  )
})

test('while the file cannot be read, the keys from before are used', async () => {
  const {file, ring, name, lines} = openRing()
  const {key, record} = await file.add(WISH)
  await ring.find(key)

  writeFileSync(name, 'x'.repeat(5 * 1024 * 1024))
  await eventually(() => expect(lines.join('\n')).toContain('could not be read'))

  expect(await ring.find(key)).toEqual(record)
})
