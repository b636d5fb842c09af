import {readFileSync, statSync} from 'node:fs'
import path from 'node:path'
import {expect, test} from 'vitest'
import {createLogFile} from '../../../src/gateway/watch/create-log-file.ts'
import {eventually} from '../../support/eventually.ts'
import {makeTemporaryFolder} from '../../support/temporary-folder.ts'

/** Lines are gathered, and none is lost. */

function start() {
  const file = path.join(makeTemporaryFolder(), 'gateway.log')
  const log = createLogFile(file)
  const messages = () =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => (JSON.parse(line) as {msg: string}).msg)
  return {file, log, messages}
}

test('lines are there a moment later, in order, for this user alone', async () => {
  const {file, log, messages} = start()

  log.info('one')
  log.info('two')

  await eventually(() => expect(messages()).toEqual(['one', 'two']))
  expect(statSync(file).mode & 0o777).toBe(0o600)
  log.close()
})

test('what went wrong is there at once, behind what came before', () => {
  const {log, messages} = start()

  log.info('one')
  log.warn('two')

  expect(messages()).toEqual(['one', 'two'])
  log.close()
})

test('the end writes what waits', () => {
  const {log, messages} = start()

  log.info('one')
  log.close()

  expect(messages()).toEqual(['one'])
})

test('a line says when, how loud, and what about; what cannot be written costs the rest of it', () => {
  const {file, log} = start()
  const endless: Record<string, unknown> = {}
  endless['self'] = endless

  log.debug('not asked for')
  log.info('Request', {status: 200, name: 'a "b"\n'})
  log.error('Endless', endless)
  log.close()

  const lines = readFileSync(file, 'utf8')
    .trim()
    .replaceAll(/"time":\d{13}/g, '"time":0')
  expect(lines.split('\n')).toEqual([
    String.raw`{"level":30,"time":0,"status":200,"name":"a \"b\"\n","msg":"Request"}`,
    '{"level":50,"time":0,"msg":"Endless"}',
  ])
})
