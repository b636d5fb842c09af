import {readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {expect, test} from 'vitest'
import {findConflict} from '../../../src/cli/codex/codex-settings.ts'
import {buildAuthFile, buildLogin} from '../../support/accounts/build-login.ts'
import {makeTemporaryFolder} from '../../support/temporary-folder.ts'

/** Folders in which the CLI would use another login, or delete the one that is there. */

const FORCED = 'forced_login_method = "chatgpt"\n'
const CHATGPT = buildAuthFile(buildLogin({user: 'ada', workspace: 'team'}), {accountId: 'team'})
const API_KEY = '{"auth_mode":"apikey","OPENAI_API_KEY":"sk-x"}'
const options = {now: Date.now, onDamage: () => undefined}

function makeHome(files: Readonly<Record<string, string>>): string {
  const home = makeTemporaryFolder()
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(home, name), text)
  return home
}

test.each([
  ['an API key that may not be', {'auth.json': API_KEY, 'config.toml': FORCED}, 'holds an API key'],
  [
    'a login that may not be',
    {'auth.json': CHATGPT, 'config.toml': '# own\n forced_login_method = \'api\' # "chatgpt"\n'},
    'has forced_login_method = "api"',
  ],
  [
    'another workspace',
    {'auth.json': CHATGPT, 'config.toml': 'forced_chatgpt_workspace_id = ["one", "two"]\n'},
    'belongs to a workspace that forced_chatgpt_workspace_id',
  ],
  [
    'an identity in its .env',
    {'auth.json': CHATGPT, 'config.toml': FORCED, '.env': 'A=b\nexport OPENAI_SPIFFE_ID="x"\n'},
    'sets OPENAI_SPIFFE_ID in its .env',
  ],
])('%s is a conflict', async (_, files, expected) => {
  expect(await findConflict(makeHome(files), options)).toMatch(expected)
})

test.each([
  ['the login that is wanted', {'auth.json': CHATGPT, 'config.toml': FORCED}],
  ['a key that nothing forbids', {'auth.json': API_KEY, 'config.toml': 'model = "x"\n'}],
  [
    'the own workspace',
    {'auth.json': CHATGPT, 'config.toml': 'forced_chatgpt_workspace_id="team"'},
  ],
  [
    'a setting of another table',
    {'auth.json': CHATGPT, 'config.toml': '[x]\nforced_login_method="api"'},
  ],
  ['a variable that the CLI ignores there', {'auth.json': CHATGPT, '.env': 'CODEX_API_KEY=sk-x\n'}],
  ['no file at all', {}],
] as const)('%s is none', async (_, files) => {
  expect(await findConflict(makeHome(files), options)).toBeUndefined()
})

test('beside an API key, tokens are named as what counts, and everything else stays', async () => {
  const {auth_mode: _, ...earlier} = JSON.parse(CHATGPT) as Record<string, unknown>
  const file = {...earlier, OPENAI_API_KEY: 'sk-x', unknown: 1}
  const home = makeHome({'auth.json': JSON.stringify(file), 'config.toml': FORCED})

  expect(await findConflict(home, options)).toBeUndefined()

  const after = JSON.parse(readFileSync(path.join(home, 'auth.json'), 'utf8')) as unknown
  expect(after).toEqual({...file, auth_mode: 'chatgpt'})
})
