import {expect, test} from 'vitest'
import {readPreferences} from '../../../src/hosts/alma/alma-settings.ts'
import {createMemoryLog} from '../../support/memory-log.ts'

function read(values: Readonly<Record<string, unknown>>) {
  const {log, lines} = createMemoryLog()
  const settings = {
    get: (key: string): never => values[key] as never,
    update: async () => {},
    onDidChange: () => ({dispose: () => {}}),
  }
  return {preferences: readPreferences({settings, log}), lines}
}

test('settings that were never touched are the defaults', () => {
  expect(read({})).toEqual({preferences: {reasoningSummary: 'auto'}, lines: []})
  expect(
    read({
      'openaiCodex.reasoningSummary': 'auto',
      'openaiCodex.textVerbosity': 'model',
      'openaiCodex.instructions': '',
    }),
  ).toEqual({preferences: {reasoningSummary: 'auto'}, lines: []})
})

test('settings are taken as they are', () => {
  expect(
    read({
      'openaiCodex.reasoningSummary': 'none',
      'openaiCodex.textVerbosity': 'low',
      'openaiCodex.instructions': ' Be brief ',
    }).preferences,
  ).toEqual({reasoningSummary: 'none', textVerbosity: 'low', instructions: 'Be brief'})
})

test('a value of the wrong type is ignored with a warning that names what is possible', () => {
  expect(
    read({
      'openaiCodex.reasoningSummary': true,
      'openaiCodex.textVerbosity': 'loud',
      'openaiCodex.instructions': ['Be brief'],
    }),
  ).toEqual({
    preferences: {reasoningSummary: 'auto'},
    lines: [
      'warn The setting openaiCodex.reasoningSummary is ignored: it must be one of auto, concise, detailed, none',
      'warn The setting openaiCodex.textVerbosity is ignored: it must be one of model, low, medium, high',
      'warn The setting openaiCodex.instructions is ignored: it must be a text',
    ],
  })
})
