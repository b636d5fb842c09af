import {mkdirSync, symlinkSync, utimesSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {expect, test} from 'vitest'
import {checkAgent} from '../../../src/agent/setup/check-agent.ts'
import {buildAuthFile, buildLogin} from '../../support/accounts/build-login.ts'
import {makeTemporaryFolder} from '../../support/temporary-folder.ts'

/** Each broken set-up is named, with the one line that mends it; a good one has no problem. */

const NOW_MS = Date.UTC(2026, 10, 30, 12)

const CHATGPT = buildAuthFile(buildLogin({user: 'ada'}))

/** A set-up with nothing wrong in it. */
function makeSetUp() {
  const root = makeTemporaryFolder()
  const folders = {
    group: path.join(root, 'group'),
    ipc: path.join(root, 'ipc'),
    global: path.join(root, 'global'),
    codexHome: path.join(root, 'codex'),
  }
  for (const folder of Object.values(folders)) mkdirSync(folder)
  mkdirSync(path.join(folders.ipc, 'messages'))
  writeFileSync(path.join(folders.codexHome, 'auth.json'), CHATGPT)
  return {root, folders}
}

type SetUp = ReturnType<typeof makeSetUp>

function findProblems({folders}: SetUp, env: NodeJS.ProcessEnv = {}, otherHomes: string[] = []) {
  return checkAgent({folders, env, nowMs: NOW_MS, otherHomes}).then((findings) =>
    findings.filter(({isProblem}) => isProblem).map(({fix, text}) => [text, fix]),
  )
}

test('a good set-up has no problem', async () => {
  expect(await findProblems(makeSetUp())).toEqual([])
})

test('no login and no key', async () => {
  const setUp = makeSetUp()
  const {codexHome} = setUp.folders
  writeFileSync(path.join(codexHome, 'auth.json'), '')

  const damaged = await findProblems(setUp)
  const empty = {...setUp.folders, codexHome: path.join(setUp.root, 'other')}
  mkdirSync(empty.codexHome)
  const missing = await findProblems({...setUp, folders: empty})
  const withKey = await findProblems({...setUp, folders: empty}, {OPENAI_API_KEY: 'sk-proj-1'})

  expect(damaged).toEqual([
    ['auth.json cannot be read', `CODEX_HOME=${codexHome} codex login --device-auth`],
  ])
  expect(missing).toEqual([
    ['there is no login and no API key', `CODEX_HOME=${empty.codexHome} codex login --device-auth`],
  ])
  expect(withKey.map(([text]) => text)).not.toContain('there is no login and no API key')
})

test.each([
  [
    'approval_policy = "auto"\n',
    'approval_policy = "auto" ends every start of Codex',
    `sed -i 's/^approval_policy.*/approval_policy = "never"/' FILE`,
  ],
  [
    'preferred_auth_method = "chatgpt"\n',
    'preferred_auth_method is no setting of Codex',
    "sed -i '/^preferred_auth_method/d' FILE",
  ],
  [
    'forced_login_method = "api"\n',
    'forced_login_method = "api" makes Codex delete the login',
    "sed -i '/^forced_login_method/d' FILE",
  ],
  [
    'forced_login_method = "api_key"\n',
    'forced_login_method must be "chatgpt" or "api"',
    "sed -i '/^forced_login_method/d' FILE",
  ],
])('config.toml with %j', async (text, problem, fix) => {
  const setUp = makeSetUp()
  const file = path.join(setUp.folders.codexHome, 'config.toml')
  writeFileSync(file, text)

  expect(await findProblems(setUp)).toEqual([[problem, fix.replace('FILE', file)]])
})

test('config.toml that is no TOML', async () => {
  const setUp = makeSetUp()
  const file = path.join(setUp.folders.codexHome, 'config.toml')
  writeFileSync(file, 'model = "gpt-6.2-sol\n')

  const [[text, fix] = []] = await findProblems(setUp)

  expect(text).toContain(`Codex cannot read ${file}.`)
  expect(fix).toBe(`mv ${file} ${file}.broken`)
})

test('a folder that is not there', async () => {
  const setUp = makeSetUp()
  const ipc = path.join(setUp.root, 'elsewhere')

  const problems = await findProblems({...setUp, folders: {...setUp.folders, ipc}})

  expect(problems).toEqual([
    [
      `the folder for the host cannot be written to (${ipc})`,
      `mkdir -p ${ipc} && chown "$(id -u)" ${ipc}`,
    ],
  ])
})

test('a copy of the login of another group, and none when it is a link', async () => {
  const setUp = makeSetUp()
  const {codexHome} = setUp.folders
  const copy = path.join(setUp.root, 'copy')
  const link = path.join(setUp.root, 'link')
  mkdirSync(copy)
  mkdirSync(link)
  writeFileSync(path.join(copy, 'auth.json'), CHATGPT)
  symlinkSync(path.join(codexHome, 'auth.json'), path.join(link, 'auth.json'))

  expect(await findProblems(setUp, {}, [copy, link])).toEqual([
    [
      `the login is a copy of that in ${copy}`,
      `ln -sf ${path.join(copy, 'auth.json')} ${path.join(codexHome, 'auth.json')}`,
    ],
  ])
})

test('a copy between two other groups', async () => {
  const setUp = makeSetUp()
  const [one, two] = ['one', 'two'].map((name) => path.join(setUp.root, name))
  for (const home of [one, two]) {
    mkdirSync(home ?? '')
    const auth = buildAuthFile(buildLogin({user: 'ben'}))
    writeFileSync(path.join(home ?? '', 'auth.json'), auth)
  }

  expect(await findProblems(setUp, {}, [one ?? '', two ?? ''])).toEqual([
    [`the login in ${one} is a copy of that in ${two}`, `ln -sf ${two}/auth.json ${one}/auth.json`],
  ])
})

test('the memory of all groups one folder too high', async () => {
  const setUp = makeSetUp()
  const {global} = setUp.folders
  writeFileSync(path.join(setUp.root, 'CLAUDE.md'), 'Be kind.')

  expect(await findProblems(setUp)).toEqual([
    [
      `the memory of all groups is where nobody reads it (${setUp.root}/CLAUDE.md)`,
      `mkdir -p ${global} && mv ${setUp.root}/CLAUDE.md ${global}/CLAUDE.md`,
    ],
  ])
})

test('files that no host takes', async () => {
  const setUp = makeSetUp()
  const file = path.join(setUp.folders.ipc, 'messages/1.json')
  writeFileSync(file, '{}')
  utimesSync(file, NOW_MS / 1000 - 60, NOW_MS / 1000 - 60)

  expect(await findProblems(setUp)).toEqual([
    ['1 files for the host were not taken', 'start the host, or: cao agent watch'],
  ])
})

test('variables that outrank the login, and a time zone that is none', async () => {
  const problems = await findProblems(makeSetUp(), {
    CODEX_API_KEY: 'sk-1',
    TZ: 'Europe/Nowhere',
  })

  expect(problems).toEqual([
    [
      'CODEX_API_KEY would take the place of the login in other starts of Codex',
      'unset CODEX_API_KEY',
    ],
    ['TZ is no time zone: Europe/Nowhere', 'export TZ=Europe/Madrid'],
  ])
})
