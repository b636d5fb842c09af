import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import {describe, expect, test} from 'vitest'
import {toAccount} from '../../../src/accounts/account.ts'
import {
  createAccountDirectories,
  type AccountDirectories,
} from '../../../src/accounts/directories/account-directories.ts'
import type {DamagedFile} from '../../../src/accounts/directories/damaged-file.ts'
import {toTokenHash} from '../../../src/accounts/tokens/token-hash.ts'
import {ConfigurationError, StorageError} from '../../../src/errors.ts'
import {buildAuthFile, buildLogin} from '../../support/accounts/build-login.ts'
import {createMemoryLog} from '../../support/memory/memory-log.ts'
import {makeTemporaryFolder} from '../../support/temporary-folder.ts'

const NOW_MS = 1_800_000_000_000

function setUp(base = path.join(makeTemporaryFolder(), 'base')) {
  const {log, lines} = createMemoryLog()
  const damage: DamagedFile[] = []
  const directories = createAccountDirectories({
    base,
    now: () => NOW_MS,
    log,
    onDamage: (found) => void damage.push(found),
  })
  const read = (...names: string[]) => readFileSync(path.join(base, ...names), 'utf8')
  const write = (text: string, ...names: string[]) => writeFileSync(path.join(base, ...names), text)
  return {base, damage, directories, lines, read, write}
}

async function createAll(directories: AccountDirectories, ...names: readonly string[]) {
  for (const name of names) {
    await directories.create(name)
  }
}

async function namesOf(directories: AccountDirectories): Promise<readonly string[]> {
  return (await directories.folders()).map(({name}) => name)
}

describe('creating', () => {
  test('makes a CODEX_HOME and registers it; the first one becomes the default', async () => {
    const {base, directories, read} = setUp()
    expect(await directories.create(' work ')).toEqual({
      name: 'work',
      home: path.join(base, 'work'),
      isDefault: true,
    })
    await directories.create('home')

    expect(read('registry.json')).toBe(
      '{\n  "default_account": "work",\n  "accounts": [\n    "work",\n    "home"\n  ]\n}\n',
    )
    expect(read('work', 'config.toml')).toBe(
      '# Codex config for this account\ncli_auth_credentials_store = "file"\nforced_login_method = "chatgpt"\n',
    )
    expect(await directories.list()).toEqual([
      {
        name: 'work',
        home: path.join(base, 'work'),
        isDefault: true,
        login: {kind: 'missing'},
      },
      {
        name: 'home',
        home: path.join(base, 'home'),
        isDefault: false,
        login: {kind: 'missing'},
      },
    ])
  })

  test.skipIf(process.platform === 'win32')(
    'folders are 0700 and files 0600, whatever they were',
    async () => {
      const {base, directories, write} = setUp()
      mkdirSync(path.join(base, 'work'), {recursive: true})
      write('{}', 'work', 'auth.json')
      for (const [file, mode] of [
        ['', 0o755],
        ['work', 0o755],
        ['work/auth.json', 0o644],
      ] as const) {
        chmodSync(path.join(base, file), mode)
      }
      await directories.create('work')
      await directories.writeLogin('work', buildLogin({user: 'ada'}))
      await directories.changeStatus('work', () => ({lastError: 'x'}))

      const files = readdirSync(base, {recursive: true, encoding: 'utf8'})
      const modes = ['', ...files].map((file) => statSync(path.join(base, file)).mode & 0o077)
      expect(files.toSorted()).toEqual([
        'account_status.json',
        'account_status.json.lock',
        'registry.json',
        'registry.json.lock',
        'work',
        'work/auth.json',
        'work/auth.json.lock',
        'work/auth.lock',
        'work/auth.refresh.lock',
        'work/config.toml',
      ])
      expect(modes).toEqual(modes.map(() => 0))
    },
  )

  test('again changes nothing: not the settings, not the login, not the status', async () => {
    const {directories, read, write} = setUp()
    await createAll(directories, 'work')
    await directories.writeLogin('work', buildLogin({user: 'ada'}))
    await directories.changeStatus('work', () => ({cooldownUntilMs: 5}))
    write('model = "gpt"\n', 'work', 'config.toml')
    const before = [read('registry.json'), read('work', 'auth.json')]

    await directories.create('work')

    expect([read('registry.json'), read('work', 'auth.json')]).toEqual(before)
    expect(read('work', 'config.toml')).toBe('model = "gpt"\n')
    expect(await directories.status('work')).toEqual({cooldownUntilMs: 5})
  })

  test('reading creates nothing, and there are no accounts', async () => {
    const {base, directories} = setUp()
    expect(await directories.list()).toEqual([])
    expect(await directories.status('work')).toEqual({})
    expect(existsSync(base)).toBe(false)
  })

  test('many at once, in one process, are all registered', async () => {
    const {directories} = setUp()
    const names = Array.from({length: 20}, (_, index) => `a${index}`)
    await Promise.all(names.map((name) => directories.create(name)))
    expect((await namesOf(directories)).toSorted()).toEqual(names.toSorted())
  })
})

describe('logins', () => {
  test('go into the folder of their account', async () => {
    const {directories, read} = setUp()
    await createAll(directories, 'work')
    const ada = buildLogin({user: 'ada'})
    await directories.writeLogin('work', ada)
    expect(JSON.parse(read('work', 'auth.json'))).toMatchObject({
      auth_mode: 'chatgpt',
      tokens: {refresh_token: 'refresh-ada-1', account_id: 'team'},
      last_refresh: new Date(NOW_MS).toISOString(),
    })
    const [work] = await directories.list()
    expect(work!.login).toEqual({
      kind: 'chatgpt',
      account: toAccount(ada),
      lastRefreshMs: NOW_MS,
    })
  })

  test('a new one ends what was wrong with the one before', async () => {
    const {directories} = setUp()
    await createAll(directories, 'work')
    await directories.changeStatus('work', () => ({
      lastError: 'auth_failed',
      cooldownUntilMs: 5,
      lastSuccessAtMs: 4,
      loginRequired: {reason: 'expired', sinceMs: 3, refreshTokenHash: toTokenHash('r')},
    }))
    await directories.writeLogin('work', buildLogin({user: 'ada'}))
    expect(await directories.status('work')).toEqual({lastSuccessAtMs: 4})
  })

  test('an unknown account is refused by name', async () => {
    const {directories} = setUp()
    const login = buildLogin({user: 'ada'})
    await expect(directories.writeLogin('no', login)).rejects.toThrow('Account not found: no')
    await expect(directories.setDefault('no')).rejects.toThrow('Account not found: no')
    await expect(directories.remove('no')).rejects.toThrow('Account not found: no')
    await expect(directories.create('a b')).rejects.toThrow(ConfigurationError)
  })

  test('several new ones with one name at once get a folder each', async () => {
    const {directories} = setUp()
    const workspaces = ['one', 'two', 'three']
    const logins = workspaces.map((workspace) => toAccount(buildLogin({user: 'ada', workspace})))
    await Promise.all([...logins, ...logins].map((login) => directories.addLogin(login)))
    const found = await directories.list()
    expect(found.map(({name}) => name).toSorted()).toEqual(['ada', 'ada-2', 'ada-3'])
    expect(
      found
        .map(({login}) => (login.kind === 'chatgpt' ? (login.account.chatgptAccountId ?? '') : ''))
        .toSorted(),
    ).toEqual(workspaces.toSorted())
  })
})

describe('the default', () => {
  test('changes on demand, and when it is removed', async () => {
    const {directories, read} = setUp()
    await createAll(directories, 'a', 'b', 'c')
    await directories.setDefault('b')
    expect(JSON.parse(read('registry.json'))).toEqual({
      default_account: 'b',
      accounts: ['a', 'b', 'c'],
    })
    await directories.remove('b')
    expect(JSON.parse(read('registry.json'))).toEqual({default_account: 'a', accounts: ['a', 'c']})
  })
})

describe('removing', () => {
  test('takes the tokens and the status along', async () => {
    const {base, directories} = setUp()
    await createAll(directories, 'work')
    await directories.writeLogin('work', buildLogin({user: 'ada'}))
    await directories.changeStatus('work', () => ({lastError: 'x'}))
    await directories.remove('work')
    expect(existsSync(path.join(base, 'work'))).toBe(false)
    expect(await directories.status('work')).toEqual({})
  })

  test('can keep the files', async () => {
    const {base, directories} = setUp()
    await createAll(directories, 'work')
    await directories.writeLogin('work', buildLogin({user: 'ada'}))
    await directories.remove('work', {keepFiles: true})
    expect(await namesOf(directories)).toEqual([])
    expect(existsSync(path.join(base, 'work', 'auth.json'))).toBe(true)
  })

  test('takes the tokens first, whatever fails after that', async () => {
    const {base, directories} = setUp()
    await createAll(directories, 'work')
    await directories.writeLogin('work', buildLogin({user: 'ada'}))
    mkdirSync(path.join(base, 'account_status.json'))

    await expect(directories.remove('work')).rejects.toThrow(StorageError)

    expect(existsSync(path.join(base, 'work'))).toBe(false)
  })

  test('a late change of the status does not bring it back', async () => {
    const {directories, read} = setUp()
    await createAll(directories, 'work', 'home')
    await directories.changeStatus('home', () => ({lastError: 'x'}))
    await directories.remove('work')
    await directories.changeStatus('work', () => ({lastError: 'x'}))
    expect(JSON.parse(read('account_status.json'))).toEqual({statuses: {home: {lastError: 'x'}}})
  })
})

describe('a link', () => {
  test('uses a home where it is, and changes nothing in it', async () => {
    const {base, directories} = setUp()
    const home = makeTemporaryFolder()
    writeFileSync(path.join(home, 'auth.json'), buildAuthFile(buildLogin({user: 'ada'})))

    await directories.link('mine', home)
    await directories.link('mine', home)
    await directories.create('mine')

    expect(readdirSync(home)).toEqual(['auth.json'])
    expect(await directories.list()).toMatchObject([
      {name: 'mine', login: {kind: 'chatgpt', account: {id: 'ada:team'}}},
    ])
    await directories.remove('mine')
    expect(readdirSync(home)).toEqual(['auth.json'])
    expect(readdirSync(base).filter((name) => name === 'mine')).toEqual([])
  })

  test('does not take the place of an account, and needs a home', async () => {
    const {base, directories} = setUp()
    await createAll(directories, 'work')
    await expect(directories.link('work', makeTemporaryFolder())).rejects.toThrow(
      'There is an account called work already.',
    )
    await expect(directories.link('new', path.join(base, 'gone'))).rejects.toThrow(
      `There is no folder ${path.join(base, 'gone')}.`,
    )
    expect(lstatSync(path.join(base, 'work')).isSymbolicLink()).toBe(false)
    expect(await namesOf(directories)).toEqual(['work'])
  })
})

const GARBAGE = ['', 'null', '{"default_account":"b","accounts":["b","a"', '\u0000', '{}']

describe('a damaged registry', () => {
  test.each(GARBAGE)('%j hides nobody, and reading it writes nothing', async (garbage) => {
    const {base, damage, directories, lines, write} = setUp()
    await createAll(directories, 'a', 'b')
    write(garbage, 'registry.json')
    const before = readdirSync(base)

    expect((await namesOf(directories)).toSorted()).toEqual(['a', 'b'])
    await directories.list()

    expect(readdirSync(base)).toEqual(before)
    expect(damage).toEqual([
      {file: path.join(base, 'registry.json')},
      {file: path.join(base, 'registry.json')},
    ])
    expect(lines[0]).toBe('warn A file of the accounts is damaged {"file":"registry.json"}')
  })

  test.each(GARBAGE)('%j is set aside once, and rebuilt by the next writer', async (garbage) => {
    const {base, directories, read, write} = setUp()
    await createAll(directories, 'a', 'b')
    write(garbage, 'registry.json')
    await directories.create('c')
    write(garbage, 'registry.json')
    await directories.create('d')

    const copies = readdirSync(base).filter((name) => name.includes('corrupt'))
    expect(copies).toEqual([`registry.json.corrupt-${NOW_MS}`])
    expect(read(copies[0]!)).toBe(garbage)
    const names = await namesOf(directories)
    expect(names.toSorted()).toEqual(['a', 'b', 'c', 'd'])
  })

  test('keeps the order and the default that it names', async () => {
    const {directories, write} = setUp()
    await createAll(directories, 'a', 'b', 'c')
    write('{"default_account":"b","accounts":["c","b"', 'registry.json')
    expect(await directories.folders()).toMatchObject([
      {name: 'c', isDefault: false},
      {name: 'b', isDefault: true},
      {name: 'a', isDefault: false},
    ])
  })

  test('a byte order mark is not damage', async () => {
    const {damage, directories, write} = setUp()
    await createAll(directories, 'a')
    write('\uFEFF{"default_account":"a","accounts":["a"]}', 'registry.json')
    await directories.create('b')
    expect(await namesOf(directories)).toEqual(['a', 'b'])
    expect(damage).toEqual([])
  })
})

describe('other damage', () => {
  test('a damaged login is named, hides no other account, and is kept aside', async () => {
    const {base, damage, directories, read, write} = setUp()
    await createAll(directories, 'a', 'b', 'c')
    await directories.writeLogin('b', buildLogin({user: 'bob'}))
    write('null', 'a', 'auth.json')
    mkdirSync(path.join(base, 'c', 'auth.json'))
    const kinds = (await directories.list()).map(({name, login}) => [name, login.kind])
    expect(kinds).toEqual([
      ['a', 'damaged'],
      ['b', 'chatgpt'],
      ['c', 'unreadable'],
    ])

    await directories.writeLogin('a', buildLogin({user: 'ada'}))

    const copy = `auth.json.corrupt-${NOW_MS}`
    expect(read('a', copy)).toBe('null')
    expect(damage).toEqual([
      {file: path.join(base, 'a', 'auth.json'), copy: path.join(base, 'a', copy)},
    ])
    expect((await directories.list())[0]!.login.kind).toBe('chatgpt')
  })

  test('a damaged status file is set aside, and loses nobody', async () => {
    const {base, directories, read, write} = setUp()
    await createAll(directories, 'a')
    write('{"statuses":{"a":{"la', 'account_status.json')
    expect(await directories.status('a')).toEqual({})
    await directories.changeStatus('a', () => ({consecutiveFailures: 1}))
    expect(await directories.status('a')).toEqual({consecutiveFailures: 1})
    expect(read(`account_status.json.corrupt-${NOW_MS}`)).toBe('{"statuses":{"a":{"la')
    expect(await namesOf(directories)).toEqual(['a'])
    expect(readdirSync(base)).toContain('a')
  })

  test('changes of many statuses at once all count', async () => {
    const {directories} = setUp()
    await createAll(directories, 'a')
    const count = () =>
      directories.changeStatus('a', ({consecutiveFailures = 0}) => ({
        consecutiveFailures: consecutiveFailures + 1,
      }))
    await Promise.all(Array.from({length: 10}, count))
    expect(await directories.status('a')).toEqual({consecutiveFailures: 10})
  })
})
