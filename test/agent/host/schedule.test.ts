import path from 'node:path'
import {describe, expect, test} from 'vitest'
import {authorize} from '../../../src/agent/host/authorize.ts'
import {openDatabase} from '../../../src/agent/host/database.ts'
import {findFirstRun, findNextRun} from '../../../src/agent/host/schedule.ts'
import {makeTemporaryFolder} from '../../support/temporary-folder.ts'
import {parseIpcRequest, type IpcRequest} from '../../../src/agent/ipc/ipc-request.ts'

const PLACE = {nowMs: Date.UTC(2026, 10, 30, 13, 10), timeZone: 'Europe/Madrid'}

function iso(milliseconds: number | undefined): string | undefined {
  return milliseconds === undefined ? undefined : new Date(milliseconds).toISOString()
}

describe('a schedule', () => {
  test.each([
    ['cron', '0 9 * * 1-5', '2026-12-01T08:00:00.000Z'],
    ['interval', '3600000', '2026-11-30T14:10:00.000Z'],
    ['once', '2026-12-24T18:00:00', '2026-12-24T17:00:00.000Z'],
    ['once', '2026-07-24 18:00', '2026-07-24T16:00:00.000Z'],
    ['once', '2026-12-24T18:00:00Z', '2026-12-24T18:00:00.000Z'],
    ['once', '2026-11-30T14:09:30', '2026-11-30T13:09:30.000Z'],
  ] as const)('%s %s runs first at %s', (type, value, time) => {
    const nowMs = Math.min(PLACE.nowMs, Date.parse(time) + 30_000)
    const facts = type === 'once' ? {...PLACE, nowMs} : PLACE
    expect(iso(findFirstRun({type, value}, facts))).toBe(time)
  })

  test.each([
    ['cron', '0 9 * *', /five fields/],
    ['cron', '0 0 9 * * 1', /five fields/],
    ['cron', '99 9 * * *', /cannot be read/],
    ['interval', '-1', /milliseconds from 1000 on/],
    ['interval', '1h', /milliseconds from 1000 on/],
    ['once', 'tomorrow', /must be like/],
    ['once', '2026-11-30T12:00:00', /has passed/],
  ] as const)('%s %s is refused', (type, value, message) => {
    expect(() => findFirstRun({type, value}, PLACE)).toThrow(message)
  })

  test('keeps the time of day when the clocks change, and makes up for nothing', () => {
    const nowMs = Date.UTC(2027, 2, 27, 10)
    const cron = {type: 'cron', value: '0 9 * * *'} as const
    expect(iso(findNextRun(cron, {...PLACE, nowMs}))).toBe('2027-03-28T07:00:00.000Z')
    expect(findNextRun({type: 'once', value: '2026-12-24T18:00:00'}, PLACE)).toBeUndefined()
  })
})

describe('a file of an agent', () => {
  const task = {
    type: 'schedule_task',
    prompt: 'p',
    schedule_type: 'interval',
    schedule_value: 60_000,
  }

  test('is read in both dialects', () => {
    const rest = {
      type: 'schedule_task',
      prompt: 'p',
      scheduleType: 'interval',
      scheduleValue: '60000',
    }
    expect(parseIpcRequest(JSON.stringify({...task, groupFolder: 'dev'}), 'tasks')).toEqual({
      ...rest,
      groupFolder: 'dev',
      contextMode: 'isolated',
    })
    const newer = {...task, targetJid: '2@g.us', context_mode: 'group'}
    expect(parseIpcRequest(JSON.stringify(newer), 'tasks')).toEqual({
      ...rest,
      targetJid: '2@g.us',
      contextMode: 'group',
    })
  })

  test.each([
    ['messages', '{"type":"mess', /not a JSON object/],
    ['messages', '{"type":"task"}', /must be "message"/],
    ['messages', '{"type":"message","chatJid":"1@g.us"}', /no text/],
    ['tasks', '{"type":"message","chatJid":"1","text":"x"}', /must be one of schedule_task/],
    [
      'tasks',
      JSON.stringify({...task, groupFolder: 'dev', schedule_type: 'daily'}),
      /"cron", "interval", "once"/,
    ],
    ['tasks', JSON.stringify(task), /groupFolder or a targetJid/],
    ['tasks', '{"type":"pause_task"}', /no taskId/],
  ] as const)('in %s is refused: %s', (kind, text, message) => {
    expect(() => parseIpcRequest(text, kind)).toThrow(message)
  })
})

function toMessage(chatJid: string): IpcRequest {
  return {type: 'message', chatJid, text: 'x'}
}

function plan(fields: object): IpcRequest {
  const task = {prompt: 'p', schedule_type: 'cron', schedule_value: '* * * * *'}
  return parseIpcRequest(JSON.stringify({type: 'schedule_task', ...task, ...fields}), 'tasks')
}

describe('who may ask for what', () => {
  const groups = [
    {jid: '1@g.us', name: 'Main', folder: 'main'},
    {jid: '2@g.us', name: 'Dev', folder: 'dev'},
    {jid: '3@g.us', name: 'Ops', folder: 'ops'},
  ]
  const pause = {type: 'pause_task', taskId: 't'} as const

  test('the main group may do it for all', () => {
    const facts = {folder: 'main', groups, task: {groupFolder: 'ops'}}
    expect(authorize(toMessage('9@g.us'), facts)?.folder).toBe('main')
    expect(authorize(plan({groupFolder: 'dev'}), facts)?.jid).toBe('2@g.us')
    expect(authorize(plan({targetJid: '3@g.us', groupFolder: 'dev'}), facts)?.jid).toBe('3@g.us')
    expect(authorize(pause, facts)?.folder).toBe('main')
    expect(authorize({type: 'refresh_groups'}, facts)?.folder).toBe('main')
    expect(() => authorize(plan({groupFolder: 'gone'}), facts)).toThrow(/no group/)
  })

  test('another group only for itself, whatever its file says', () => {
    const facts = {folder: 'dev', groups, task: {groupFolder: 'ops'}}
    expect(authorize(toMessage('2@g.us'), facts)?.folder).toBe('dev')
    expect(authorize(pause, {...facts, task: {groupFolder: 'dev'}})?.folder).toBe('dev')
    for (const request of [
      toMessage('1@g.us'),
      plan({groupFolder: 'main'}),
      plan({targetJid: '3@g.us', groupFolder: 'dev'}),
      pause,
      {type: 'refresh_groups'} as const,
    ]) {
      expect(() => authorize(request, facts)).toThrow(/only|no task/i)
    }
    expect(() => authorize(toMessage('2@g.us'), {...facts, folder: 'unknown'})).toThrow(/no group/)
  })
})

async function loadNothing(): Promise<unknown> {
  throw new Error('not found')
}

test('an installation without SQLite says what to install', async () => {
  await expect(
    openDatabase(path.join(makeTemporaryFolder(), 'x.db'), {load: loadNothing}),
  ).rejects.toThrow(/no SQLite.*Node 22\.13 or newer, or install it/)
})
