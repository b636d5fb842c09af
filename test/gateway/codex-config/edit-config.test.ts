import {describe, expect, test} from 'vitest'
import {addRoute, findRoute, removeRoute} from '../../../src/gateway/codex-config/edit-config.ts'

const ROUTE = {baseUrl: 'http://127.0.0.1:4319'}

const BLOCK = `# >>> cao gateway: added by \`cao gateway enable\`, removed by \`cao gateway disable\`
openai_base_url = "http://127.0.0.1:4319/v1" # cao gateway
chatgpt_base_url = "http://127.0.0.1:4319/backend-api/" # cao gateway
# <<< cao gateway
`

test('two settings lead the CLI to the gateway, before everything else in the file', () => {
  expect(addRoute('# mine\n[features]\napps = false\n', ROUTE)).toBe(
    `${BLOCK}# mine\n[features]\napps = false\n`,
  )
})

test.each([
  ['nothing', ''],
  ['no newline at its end', 'model = "gpt-5.5"'],
  ['lines that end as on Windows', '# mine\r\nmodel = "x"\r\n\r\n[features]\r\napps = false\r\n'],
  ['a byte order mark', '\uFEFFmodel = "x"\n[a]\n'],
  ['a byte order mark, and a setting of the gateway', '\uFEFFopenai_base_url = "x"\r\n[a]\r\n'],
  [
    'settings that lead elsewhere',
    'model_provider = "azure" # mine\n\n  openai_base_url="https://a"\n',
  ],
  [
    'a quoted name and a text of several lines',
    `a = 1\r\n"openai_base_url" = """\r\nhttps://a"""  # b\r\n`,
  ],
  [
    'tables, comments, dates and dotted keys',
    'a.b = 1 # x\n\n# y\n[[p]]\nd = 1979-05-27\n[p.q]\n\ti = {a = 1, b = [1,\n2]}\n',
  ],
  ['a text that looks like the gateway', `note = '''\n# cao gateway\n# >>> cao gateway\n'''\n`],
  ['a comment that looks like ours', 'model = "x" # cao gateway\n'],
  ['empty lines only', '\n\n'],
])('what is taken back is byte for byte what was there, with %s', (_, text) => {
  const routed = addRoute(text, ROUTE)

  expect(findRoute(routed)).toBe('http://127.0.0.1:4319')
  expect(removeRoute(routed)).toEqual({text})
})

test('where there was no file, there is none afterwards', () => {
  const routed = addRoute(undefined, ROUTE)

  expect(routed).toContain('openai_base_url = "http://127.0.0.1:4319/v1" # cao gateway\n')
  expect(removeRoute(routed)).toEqual({text: undefined})
  expect(removeRoute(addRoute(routed, ROUTE))).toEqual({text: undefined})
})

test('a file that was made here and has other settings by now stays, with those', () => {
  expect(removeRoute(`${addRoute(undefined, ROUTE)}model = "x"\n`)).toEqual({text: 'model = "x"\n'})
})

test('a setting of the user that leads elsewhere is a comment until it comes back', () => {
  const routed = addRoute('openai_base_url = "https://mine" # why\nmodel = "x"\n', ROUTE)

  expect(routed).toBe(
    `${BLOCK}# kept by cao gateway: openai_base_url = "https://mine" # why\nmodel = "x"\n`,
  )
})

test('a setting that the user has set anew stays, and the old one is a comment', () => {
  const routed = addRoute('model_provider = "old"\nmodel = "x"\n', ROUTE)
  const later = routed.replace('model = "x"', 'model_provider = "new"')

  expect(removeRoute(later)).toEqual({text: '# model_provider = "old"\nmodel_provider = "new"\n'})
})

test('profiles and tables keep settings of the same names', () => {
  const text = '[profiles.work]\nmodel_provider = "azure"\nopenai_base_url = "x"\n'

  expect(addRoute(text, ROUTE)).toBe(BLOCK + text)
})

test('what was put between our lines stays', () => {
  const routed = addRoute('[features]\n', ROUTE)
  const later = routed.replace('# <<<', 'model = "x"\n# <<<').replace('[features]', '[other]')

  expect(removeRoute(later)).toEqual({text: 'model = "x"\n[other]\n'})
})

test('our lines are found without those around them', () => {
  const later = 'model = "x"\nopenai_base_url = "http://127.0.0.1:1/v1" # cao gateway\n[a]\n'

  expect(removeRoute(later)).toEqual({text: 'model = "x"\n[a]\n'})
})

test('another address replaces the one before', () => {
  const routed = addRoute(addRoute('model = "x"\n', ROUTE), {baseUrl: 'http://127.0.0.1:5000'})

  expect(routed).not.toContain('4319')
  expect(findRoute(routed)).toBe('http://127.0.0.1:5000')
  expect(removeRoute(routed)).toEqual({text: 'model = "x"\n'})
})

test('with a key, the CLI uses a provider of ours in place of a login', () => {
  const text = 'model_provider = "azure"\n[model_providers.azure]\nname = "Azure"\n'
  const routed = addRoute(text, {...ROUTE, key: 'cao_secret'})

  expect(routed)
    .toBe(`# >>> cao gateway: added by \`cao gateway enable\`, removed by \`cao gateway disable\`
model_provider = "cao_gateway" # cao gateway
model_providers.cao_gateway = { name = "OpenAI", base_url = "http://127.0.0.1:4319/v1", wire_api = "responses", experimental_bearer_token = "cao_secret" } # cao gateway
# <<< cao gateway
# kept by cao gateway: model_provider = "azure"
[model_providers.azure]
name = "Azure"
`)
  expect(findRoute(routed)).toBe('http://127.0.0.1:4319')
  expect(removeRoute(routed)).toEqual({text})
})

describe('refused is', () => {
  test.each([
    ['no TOML', 'model = \n', 'not valid TOML (line 2'],
    ['a key that is there twice', 'a = 1\na = 2\n', 'not valid TOML (line 2'],
  ])('%s', (_, text, words) => {
    expect(() => addRoute(text, ROUTE)).toThrow(words)
  })

  test('a table that has no room for a provider of ours', () => {
    const text = '[model_providers]\nazure = {name = "Azure"}\n'

    expect(() => addRoute(text, {...ROUTE, key: 'k'})).toThrow('Defining a key multiple times')
    expect(addRoute(text, ROUTE)).toBe(BLOCK + text)
  })
})
