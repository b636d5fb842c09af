import {expect, test} from 'vitest'
import type {SentRequest} from '../../../../src/http/send.ts'
import type {SocketSend} from '../../../../src/responses/transport/websocket/create-socket-send.ts'
import {createLateSocketSend} from '../../../../src/responses/transport/websocket/late-socket-send.ts'
import {createMemoryLog} from '../../../support/memory/memory-log.ts'

const REQUEST: SentRequest = {
  method: 'POST',
  redirect: 'manual',
  headers: {},
  body: Buffer.from('{}'),
}

function start(load: () => Promise<SocketSend | undefined>) {
  const setting = {isOn: false, loads: 0}
  const {log, lines} = createMemoryLog()
  const way = createLateSocketSend({
    send: async () => new Response('http'),
    isWanted: () => setting.isOn,
    load() {
      setting.loads += 1
      return load()
    },
    log,
  })
  const ask = async () => {
    const answer = await way.send('https://backend.example/codex/responses', REQUEST)
    return answer instanceof Response ? await answer.text() : ''
  }
  return {ask, lines, setting, way}
}

test('the setting decides with each request, and nothing is loaded before it is on', async () => {
  const closed: string[] = []
  const sockets = {
    send: async () => new Response('socket'),
    close: () => void closed.push('closed'),
  }
  const {ask, setting, way} = start(async () => sockets)

  const off = await ask()
  const loadsBefore = setting.loads
  setting.isOn = true
  const on = [await ask(), await ask()]
  setting.isOn = false
  const offAgain = await ask()
  way.close()
  await Promise.resolve()

  expect([off, ...on, offAgain]).toEqual(['http', 'socket', 'socket', 'http'])
  expect([loadsBefore, setting.loads]).toEqual([0, 1])
  expect(closed).toEqual(['closed'])
})

test.each([
  ['there are none', async () => undefined, 'info There are no WebSockets here'],
  [
    'the file is missing',
    () => Promise.reject(new TypeError('a path')),
    'warn WebSockets could not be loaded {"name":"TypeError"}',
  ],
])('where %s, requests go by HTTP, which is said once', async (_, load, line) => {
  const {ask, lines, setting} = start(load)
  setting.isOn = true

  expect([await ask(), await ask()]).toEqual(['http', 'http'])
  expect(lines).toEqual([line])
  expect(setting.loads).toBe(1)
})
