import {homedir} from 'node:os'
import path from 'node:path'
import {expect, test} from 'vitest'
import manifest from '../../manifest.json' with {type: 'json'}
import {createCodexSettings} from '../../src/settings/codex-settings.ts'
import {createMemoryLog} from '../support/memory/memory-log.ts'

function createSettings(values: Readonly<Record<string, unknown>>) {
  const {log, lines} = createMemoryLog()
  const settings = {
    get: (key: string): never => values[key] as never,
    update: async () => {},
    onDidChange: () => ({dispose: () => {}}),
  }
  return {...createCodexSettings({settings, log}), lines}
}

function read(values: Readonly<Record<string, unknown>>) {
  const {preferences, lines} = createSettings(values)
  return {preferences: preferences(), lines}
}

test('settings that were never touched are the defaults', () => {
  expect(read({})).toEqual({preferences: {reasoningSummary: 'auto'}, lines: []})
  expect(
    read({
      'openaiCodex.reasoningSummary': 'auto',
      'openaiCodex.textVerbosity': 'model',
      'openaiCodex.instructions': '',
      'openaiCodex.fastMode': false,
    }),
  ).toEqual({preferences: {reasoningSummary: 'auto'}, lines: []})
})

test('settings are taken as they are', () => {
  expect(
    read({
      'openaiCodex.reasoningSummary': 'none',
      'openaiCodex.textVerbosity': 'low',
      'openaiCodex.instructions': ' Be brief ',
      'openaiCodex.fastMode': true,
    }).preferences,
  ).toEqual({
    reasoningSummary: 'none',
    textVerbosity: 'low',
    instructions: 'Be brief',
    fastMode: true,
  })
})

test('a value of the wrong type is ignored with a warning that names what is possible', () => {
  expect(
    read({
      'openaiCodex.reasoningSummary': true,
      'openaiCodex.textVerbosity': 'loud',
      'openaiCodex.instructions': ['Be brief'],
      'openaiCodex.fastMode': 'yes',
    }),
  ).toEqual({
    preferences: {reasoningSummary: 'auto'},
    lines: [
      'warn The setting openaiCodex.reasoningSummary is ignored: it must be one of auto, concise, detailed, none',
      'warn The setting openaiCodex.textVerbosity is ignored: it must be one of model, low, medium, high',
      'warn The setting openaiCodex.instructions is ignored: it must be a text',
      'warn The setting openaiCodex.fastMode is ignored: it must be true or false',
    ],
  })
})

test('a wrong value is told once, and another wrong value once more', () => {
  const values: Record<string, unknown> = {'openaiCodex.fastMode': {on: true}}
  const {preferences, lines} = createSettings(values)
  preferences()
  preferences()
  expect(lines).toHaveLength(1)

  values['openaiCodex.fastMode'] = 'on'
  preferences()
  preferences()
  expect(lines).toHaveLength(2)
})

test('a setting counts from the moment it is changed', () => {
  const values: Record<string, unknown> = {}
  const {preferences, modelChoice} = createSettings(values)
  expect([preferences().fastMode, modelChoice()]).toEqual([undefined, 'live'])

  Object.assign(values, {'openaiCodex.fastMode': true, 'openaiCodex.models': 'all'})
  expect([preferences().fastMode, modelChoice()]).toEqual([true, 'all'])
})

test('a choice of models that there is not is ignored', () => {
  const {modelChoice, lines} = createSettings({'openaiCodex.models': 'some'})

  expect(modelChoice()).toBe('live')
  expect(lines).toEqual([
    'warn The setting openaiCodex.models is ignored: it must be one of live, all',
  ])
})

test.each([
  ['25, 10, 5', [25, 10, 5]],
  [' 50 ', [50]],
  ['', []],
])('warnings at %j of what is left', (value, expected) => {
  const {warningThresholds, lines} = createSettings({'openaiCodex.warnAt': value})

  expect(warningThresholds()).toEqual(expected)
  expect(lines).toEqual([])
})

test.each(['ten', '0', '100', '10; 5', '-1', 10])(
  'warnings at %j are ignored, and the usual ones stay',
  (value) => {
    const {warningThresholds, lines} = createSettings({'openaiCodex.warnAt': value})

    expect(warningThresholds()).toEqual([25, 10, 5])
    expect(lines).toHaveLength(1)
  },
)

test.each([
  [undefined, undefined],
  ['', undefined],
  [false, undefined],
  ['false', undefined],
  [true, path.join(homedir(), '.codex-account-orchestrator')],
  ['true', path.join(homedir(), '.codex-account-orchestrator')],
  ['~/accounts', path.join(homedir(), 'accounts')],
  [path.resolve('/accounts'), path.resolve('/accounts')],
])('accounts are shared in %j', (value, expected) => {
  const {sharedAccounts, lines} = createSettings({'openaiCodex.sharedAccounts': value})

  expect(sharedAccounts()).toBe(expected)
  expect(lines).toEqual([])
})

test('a folder that depends on the current one is not taken', () => {
  const {sharedAccounts, lines} = createSettings({'openaiCodex.sharedAccounts': 'accounts'})

  expect(sharedAccounts()).toBeUndefined()
  expect(lines).toEqual([
    'warn The setting openaiCodex.sharedAccounts is ignored: it must be empty, true, or the absolute path of a folder',
  ])
})

test.each([
  ['order', 'order'],
  ['mostLeft', 'most-left'],
  ['roundRobin', 'round-robin'],
])('the strategy %s is one that there is', (value, expected) => {
  const {accountStrategy} = createSettings({'openaiCodex.accountStrategy': value})

  expect(accountStrategy()).toBe(expected)
})

test('the settings page has exactly the settings that are read, with the same defaults', () => {
  const {properties} = manifest.contributes.configuration
  const keys = new Set<string>()
  const defaults = Object.entries(properties).map(([key, setting]) => [key, setting.default])
  const values = new Proxy(Object.fromEntries(defaults) as Record<string, unknown>, {
    get: (target, key) => {
      keys.add(String(key))
      return target[String(key)]
    },
  })

  const settings = createSettings(values)
  const {lines} = settings

  expect(settings.accountStrategy()).toBe('order')
  expect(settings.preferences()).toEqual({reasoningSummary: 'auto'})
  expect(settings.modelChoice()).toBe('live')
  expect(settings.webSocket()).toBe('off')
  expect(settings.warningThresholds()).toEqual([25, 10, 5])
  expect(settings.sharedAccounts()).toBeUndefined()
  expect(lines).toEqual([])
  expect([...keys].toSorted()).toEqual(Object.keys(properties).toSorted())
})
