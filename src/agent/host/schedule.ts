/**
 * When a task runs.
 *
 * @module
 */
import {Cron} from 'croner'
import type {ScheduleType} from '../ipc/ipc-request.ts'

/** A schedule as an agent writes it. */
export interface Schedule {
  readonly type: ScheduleType
  readonly value: string
}

/** A schedule that there cannot be; the message says what is wrong. */
export class ScheduleError extends Error {
  override readonly name = 'ScheduleError'
}

/** How often a task may run at most, in milliseconds, and how far away it may be. */
const LEAST_INTERVAL_MS = 1000
const MOST_INTERVAL_MS = 366 * 86_400_000

/** A time that has just passed is meant to be now, in milliseconds. */
const JUST_PASSED_MS = 60_000

/** Says its own time zone. */
const HAS_ZONE = /(?:Z|[+-]\d{2}:?\d{2})$/i

const LOCAL_TIME = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?$/

/**
 * When a new schedule runs first (milliseconds since the Unix epoch).
 *
 * @throws {ScheduleError} It cannot be read, or is over.
 */
export function findFirstRun(
  schedule: Schedule,
  {nowMs, timeZone}: {readonly nowMs: number; readonly timeZone: string},
): number {
  if (schedule.type !== 'once') {
    const next = findNextRun(schedule, {nowMs, timeZone})
    if (next === undefined) throw new ScheduleError('The schedule never comes due.')
    return next
  }
  const {value} = schedule
  const atMs = HAS_ZONE.test(value) ? Date.parse(value) : parseLocalTime(value, timeZone)
  if (!Number.isFinite(atMs)) {
    throw new ScheduleError('The time must be like 2026-12-24T18:00:00, in local time.')
  }
  if (atMs < nowMs - JUST_PASSED_MS) {
    throw new ScheduleError(`${value} has passed. It must be in the future.`)
  }
  return atMs
}

/**
 * When it runs again; `undefined` when it does not. Runs that were missed are not made up for.
 *
 * @throws {ScheduleError} It cannot be read.
 */
export function findNextRun(
  {type, value}: Schedule,
  {nowMs, timeZone}: {readonly nowMs: number; readonly timeZone: string},
): number | undefined {
  if (type === 'once') return undefined
  if (type === 'interval') return nowMs + parseInterval(value)
  // Six fields would be seconds.
  if (value.trim().split(/\s+/).length !== 5) {
    throw new ScheduleError('A cron expression has five fields, for example 0 9 * * 1-5.')
  }
  try {
    return new Cron(value, {timezone: timeZone, paused: true}).nextRun(new Date(nowMs))?.getTime()
  } catch (error) {
    throw new ScheduleError(`The cron expression cannot be read: ${toReason(error)}`, {
      cause: error,
    })
  }
}

function parseInterval(value: string): number {
  const milliseconds = /^\d+$/.test(value.trim()) ? Number(value) : NaN
  if (milliseconds >= LEAST_INTERVAL_MS && milliseconds <= MOST_INTERVAL_MS) return milliseconds
  throw new ScheduleError(
    'An interval is a number of milliseconds from 1000 on, for example 3600000.',
  )
}

function parseLocalTime(value: string, timeZone: string): number {
  if (!LOCAL_TIME.test(value)) return NaN
  const text = value.replace(' ', 'T').replace(/\.\d+$/, '')
  const whole = /T\d{2}:\d{2}$/.test(text) ? `${text}:00` : text
  try {
    const cron = new Cron(whole, {timezone: timeZone, paused: true})
    return cron.nextRun(new Date(0))?.getTime() ?? NaN
  } catch {
    return NaN
  }
}

function toReason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
