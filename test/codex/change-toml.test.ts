import {expect, test} from 'vitest'
import {changeToml, parseToml} from '../../src/codex/change-toml.ts'
import {ConfigurationError} from '../../src/errors.ts'

/** Settings change, and every other byte stays. */

test.each([
  ['an empty file', '', 'a = "x"\n\n[t]\nb = [1]\n'.replace('[1]', '["1"]')],
  ['a setting without a newline', 'c = 1 # c', 'c = 1 # c\na = "x"\n\n[t]\nb = ["1"]\n'],
  [
    'other values, with comments',
    "# top\na = 'y' # why\n[t] # t\n  b = [\n  'z', # z\n] # b\n",
    '# top\na = "x" # why\n[t] # t\n  b = ["1"] # b\n',
  ],
  [
    'the same values in another form',
    "a = 'x'\n[t]\nb = [ '1', ]\n",
    "a = 'x'\n[t]\nb = [ '1', ]\n",
  ],
  ['an inline table', 't = {c = 1}\n', 't = { b = ["1"],c = 1}\na = "x"\n'],
  ['an empty inline table', 't = {}\n', 't = { b = ["1"] }\na = "x"\n'],
  ['dotted names', 't.c = 1\n[u]\nd = 1\n', 't.c = 1\nt.b = ["1"]\na = "x"\n[u]\nd = 1\n'],
  ['a table without settings', '[t]\n[u]\n', 'a = "x"\n[t]\nb = ["1"]\n[u]\n'],
  ['a table inside it only', '[t.u]\nd = 1\n', 'a = "x"\n[t.u]\nd = 1\n\n[t]\nb = ["1"]\n'],
])('%s', (_, before, after) => {
  const changes = {a: 'x', 't.b': ['1']}

  const changed = changeToml(before, changes)

  expect(parseToml(changed)).toMatchObject({a: 'x', t: {b: ['1']}})
  expect(parseToml(changed)).toEqual({...parseToml(before), ...parseToml(after)})
  expect(changeToml(changed, changes)).toBe(changed)
  expect(changed).toBe(after)
})

test('settings are taken away with their lines, or out of their braces', () => {
  const text = '# top\na = 1 # a\nb = 2\nt = {c = 1, d = 2}\n'

  expect(changeToml(text, {a: undefined, 't.c': undefined})).toBe('# top\nb = 2\nt = {d = 2}\n')
  expect(changeToml(text, {'t.d': undefined, nothing: undefined})).toBe(
    '# top\na = 1 # a\nb = 2\nt = {c = 1}\n',
  )
})

test('any text is a value, and a file that would be no TOML is refused', () => {
  const value = 'a "quoted" \\ \u007F\n\u{1F600}'
  expect(parseToml(changeToml('', {a: value, b: true, c: 1.5}))).toEqual({
    a: value,
    b: true,
    c: 1.5,
  })
  expect(() => changeToml('[[t]]\n', {'t.b': 1})).toThrow(ConfigurationError)
  expect(() => changeToml('a = \n', {})).toThrow('It is not valid TOML (line 2: ')
})
