import {chmodSync, mkdirSync, symlinkSync, utimesSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {expect, test} from 'vitest'
import {buildAuthFile, buildLogin} from '../../support/accounts/build-login.ts'
import {rememberTold} from '../../../src/agent/home/incident.ts'
import {
  CHATGPT,
  findProblems,
  makeSetUp,
  NOW_MS,
  type SetUp,
} from '../../support/agent/broken-set-up.ts'

/** Logins that end each other, or that others can use. Read-only folders and mounted files are in `e2e/agent-doctor`. */

test('a copy of the login of another group, and none when it is a link', async () => {
  const setUp = makeSetUp()
  const {codexHome} = setUp.folders
  const copy = path.join(setUp.root, 'copy')
  const link = path.join(setUp.root, 'link')
  mkdirSync(copy)
  mkdirSync(link)
  writeFileSync(path.join(copy, 'auth.json'), CHATGPT)
  symlinkSync(path.join(codexHome, 'auth.json'), path.join(link, 'auth.json'))

  expect(await findProblems(setUp, {}, {otherHomes: [copy, link]})).toEqual([
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

  expect(await findProblems(setUp, {}, {otherHomes: [one ?? '', two ?? '']})).toEqual([
    [`the login in ${one} is a copy of that in ${two}`, `ln -sf ${two}/auth.json ${one}/auth.json`],
  ])
})

test('a login that other users can read, also the shared one', async () => {
  const setUp: SetUp = makeSetUp()
  const {codexHome} = setUp.folders
  const login = path.join(setUp.root, 'my login')
  mkdirSync(login)
  writeFileSync(path.join(login, 'auth.json'), buildAuthFile(buildLogin({user: 'ben'})), {
    mode: 0o644,
  })
  chmodSync(path.join(codexHome, 'auth.json'), 0o640)

  expect(await findProblems({...setUp, folders: {...setUp.folders, login}})).toEqual([
    [`other users can read ${codexHome}/auth.json`, `chmod 600 ${codexHome}/auth.json`],
    [`other users can read ${login}/auth.json`, `chmod 600 '${login}/auth.json'`],
  ])
})

test('a login that has expired and cannot be refreshed', async () => {
  const setUp = makeSetUp()
  const {codexHome} = setUp.folders
  const exp = NOW_MS / 1000 - 1
  const login = {...buildLogin({user: 'ada', exp}), refreshToken: ''}
  writeFileSync(path.join(codexHome, 'auth.json'), buildAuthFile(login), {mode: 0o600})

  expect(await findProblems(setUp)).toEqual([
    [
      'the login has expired, and cannot be refreshed',
      `CODEX_HOME=${codexHome} codex login --device-auth`,
    ],
  ])
})

test('a login that OpenAI has refused, until there is another one', async () => {
  const setUp = makeSetUp()
  const {codexHome} = setUp.folders
  const file = path.join(codexHome, 'auth.json')
  await rememberTold(codexHome, {code: 'auth_expired'}, NOW_MS)
  utimesSync(file, NOW_MS / 1000 - 60, NOW_MS / 1000 - 60)

  const refused = await findProblems(setUp)
  utimesSync(file, NOW_MS / 1000 + 60, NOW_MS / 1000 + 60)

  expect(refused).toEqual([
    [
      'OpenAI has refused the login since it was made',
      `CODEX_HOME=${codexHome} codex login --device-auth`,
    ],
  ])
  expect(await findProblems(setUp)).toEqual([])
})

test('accounts of which none has a login', async () => {
  const setUp = makeSetUp()
  const accounts = path.join(setUp.root, 'accounts')
  const codexHome = path.join(setUp.root, 'other')
  for (const folder of [codexHome, accounts, path.join(accounts, 'work')]) mkdirSync(folder)
  writeFileSync(
    path.join(accounts, 'registry.json'),
    '{"default_account":"work","accounts":["work"]}',
  )
  const withAccounts = {...setUp, folders: {...setUp.folders, accounts, codexHome}}

  const without = await findProblems(withAccounts)
  writeFileSync(path.join(accounts, 'work/auth.json'), CHATGPT, {mode: 0o600})

  expect(without).toEqual([[`no account in ${accounts} has a login that works`, 'cao add <name>']])
  expect(await findProblems(withAccounts)).toEqual([])
})
