import {spawnSync} from 'node:child_process'
import {expect, test} from 'vitest'
import type {Style} from '../../../src/cli/io.ts'
import {toDashboard} from '../../../src/cli/status/dashboard.ts'
import {createRecord, createWindowRecord, NOW_MS} from '../../support/cao/create-record.ts'

/** The picture of `cao status` in the README is what `cao status` draws. */

const CODES: Readonly<Record<Style, number>> = {
  bold: 1,
  cyan: 36,
  dim: 2,
  green: 32,
  red: 31,
  yellow: 33,
}

const WIDTH = 92

function paint(style: Style, text: string): string {
  return `\u001B[${CODES[style]}m${text}\u001B[0m`
}

function drawTerminal(): string {
  const {usage} = createRecord('work')
  const windows = [createWindowRecord(18_000, 100), createWindowRecord(604_800, 64)]
  const records = [
    createRecord('work', {isDefault: true}),
    createRecord('spare', {plan: 'pro', usage: usage && {...usage, windows, limitReached: true}}),
    createRecord('team', {plan: 'business', usage: usage && {...usage, takenAtMs: NOW_MS - 7.2e6}}),
  ]
  const issues = [
    {account: 'spare', severity: 'warn', code: 'limit_reached', message: 'The limit is reached.'},
  ] as const
  const base = '/home/ada/.codex-account-orchestrator'
  const lines = toDashboard(records, {base, issues, nowMs: NOW_MS, io: {columns: WIDTH, paint}})
  // Every machine has its own language and time zone.
  const generated = '│ Generated: Nov 30, 2026, 12:00 PM'.padEnd(WIDTH - 1)
  return lines.map((line) => (line.includes('Generated: ') ? `${generated}│` : line)).join('\n')
}

test('`npm run pictures` draws it', async () => {
  const {stdout} = spawnSync(process.execPath, ['scripts/draw-terminal.mjs', 'cao status'], {
    input: drawTerminal(),
    encoding: 'utf8',
  })

  await expect(stdout).toMatchFileSnapshot('../../../assets/cao-status.svg')
})
