import {expect, test} from 'vitest'
import {createAccountPreferences} from '../../src/accounts/account-preferences.ts'

const WEEK = {limit: 'codex', windowSeconds: 604_800}
const FIVE_HOURS = {limit: 'codex', windowSeconds: 18_000}
const DEFAULTS = {priority: 0, isPaused: false, ceilings: []}

test('somebody who wants nothing has accounts in order, all alike', () => {
  const preferences = createAccountPreferences()

  expect(preferences.preferredId()).toBeUndefined()
  expect(preferences.of('a')).toEqual(DEFAULTS)
})

test('what is changed is kept over a restart, and each change is told', () => {
  const saved: string[] = []
  const preferences = createAccountPreferences({
    onChange: () => void saved.push(preferences.export()),
  })
  preferences.change('a', {priority: 2})
  preferences.change('a', {isPaused: true})
  preferences.setCeiling('a', WEEK, 80)
  preferences.prefer('b')

  const later = createAccountPreferences()
  later.import(saved.at(-1))

  expect(saved).toHaveLength(4)
  expect(later.preferredId()).toBe('b')
  expect(later.of('a')).toEqual({
    priority: 2,
    isPaused: true,
    ceilings: [{...WEEK, maxUsedPercent: 80}],
  })
  expect(later.of('b')).toEqual(DEFAULTS)
})

test('a window has one ceiling, which can be lifted; other windows keep theirs', () => {
  const preferences = createAccountPreferences()
  preferences.setCeiling('a', WEEK, 80)
  preferences.setCeiling('a', FIVE_HOURS, 50)
  preferences.setCeiling('a', WEEK, 130)

  expect(preferences.of('a').ceilings).toEqual([
    {...FIVE_HOURS, maxUsedPercent: 50},
    {...WEEK, maxUsedPercent: 100},
  ])
  preferences.setCeiling('a', WEEK, undefined)
  expect(preferences.of('a').ceilings).toEqual([{...FIVE_HOURS, maxUsedPercent: 50}])
})

test('what was wanted before the saved preferences could be read stays', () => {
  const saved = createAccountPreferences()
  saved.prefer('a')
  saved.change('a', {priority: 2})
  saved.change('b', {priority: 1})
  const preferences = createAccountPreferences()
  preferences.prefer('b')
  preferences.change('a', {isPaused: true})

  preferences.import(saved.export())

  expect(preferences.preferredId()).toBe('b')
  expect(preferences.of('a')).toEqual({...DEFAULTS, isPaused: true})
  expect(preferences.of('b')).toEqual({...DEFAULTS, priority: 1})
})

test('nobody is preferred any more when the preference is taken back', () => {
  const preferences = createAccountPreferences()
  preferences.prefer('a')

  preferences.prefer(undefined)

  expect(preferences.preferredId()).toBeUndefined()
})

test.each([
  undefined,
  null,
  7,
  'nonsense',
  '[]',
  '{"preferredId":7,"accounts":[]}',
  '{"accounts":{"a":7}}',
  '{"accounts":{"a":{"priority":"high","isPaused":"yes","ceilings":{}}}}',
  '{"accounts":{"a":{"ceilings":[7,{},{"limit":"codex","windowSeconds":-1,"maxUsedPercent":5}]}}}',
  '{"accounts":{"a":{"priority":null,"ceilings":[{"limit":"","windowSeconds":1,"maxUsedPercent":5}]}}}',
  '{"accounts":{"__proto__":{"isPaused":true}}}',
])('saved preferences of %j count as none', (saved) => {
  const preferences = createAccountPreferences()

  preferences.import(saved)

  expect(preferences.preferredId()).toBeUndefined()
  expect(preferences.of('a')).toEqual(DEFAULTS)
})
