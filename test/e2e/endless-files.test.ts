import {execFileSync} from 'node:child_process'
import {mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {describe, expect, test} from 'vitest'
import {buildAuthFile, buildLogin} from '../support/accounts/build-login.ts'
import {makeCaoHome} from '../support/cao/run-cao.ts'
import {startStory} from '../support/stories/start-story.ts'
import {makeTemporaryFolder} from '../support/temporary-folder.ts'
import {IS_THOROUGH} from '../support/thoroughness.ts'

/** Files that never answer, never end, or are no files: each is told of, and holds nothing up. */

const STRANGE = [
  ['a pipe', (file: string) => execFileSync('mkfifo', [file])],
  ['a link to /dev/zero', (file: string) => symlinkSync('/dev/zero', file)],
  ['a folder', (file: string) => mkdirSync(file)],
  [
    'a file of 500 MB',
    (file: string) => {
      writeFileSync(file, '{')
      truncateSync(file, 500_000_000)
    },
  ],
] as const

/** All four are much alike; a sample has one that never answers, and one that never ends. */
const TRIED = IS_THOROUGH ? STRANGE : STRANGE.slice(0, 2)

describe.each(TRIED)('%s', (_, make) => {
  /** Four strange logins, as many as a process has threads for files, and a good one. */
  function makeAccounts() {
    const cao = makeCaoHome()
    const names = ['a', 'b', 'c', 'd', 'good']
    mkdirSync(cao.base)
    const registry = {default_account: 'a', accounts: names}
    writeFileSync(path.join(cao.base, 'registry.json'), JSON.stringify(registry))
    for (const name of names) cao.writeLogin(name, {user: 'ada'})
    for (const name of names.slice(0, 4)) {
      const file = path.join(cao.base, name, 'auth.json')
      rmSync(file)
      make(file)
    }
    return cao
  }

  test('as auth.json is told of by list, status and the doctor', async () => {
    const cao = makeAccounts()

    const list = await cao.run(['list'])
    const status = await cao.run(['status', '--json', '--offline'])
    const doctor = await cao.run(['status', '--doctor', '--offline'])

    expect(list.stdout).toContain('* a (not-logged-in)')
    expect(list.stdout).toContain('  good (logged-in)')
    const kinds = (JSON.parse(status.stdout) as {loginKind: string}[]).map((one) => one.loginKind)
    expect(kinds).toEqual([...Array.from({length: 4}, () => 'unreadable'), 'chatgpt'])
    expect(doctor.code).toBe(2)
    expect(doctor.stdout).toMatch(
      /a: ERROR\n {2}- \[error\] not_logged_in: auth\.json cannot be read/,
    )
  })

  test('as a snapshot does not keep import from the others', async () => {
    const cao = makeCaoHome()
    const folder = path.join(cao.home, '.codex/accounts')
    mkdirSync(folder, {recursive: true})
    make(path.join(folder, 'bad.json'))
    writeFileSync(path.join(folder, 'good.json'), buildAuthFile(buildLogin({user: 'ada'})))

    const {code, stdout, stderr} = await cao.run(['import', 'codex-auth'])

    expect(code).toBe(0)
    expect(stdout).toContain('Imported: 1, skipped: 0, errors: 1.')
    expect(stderr).toMatch(/^Skipping snapshot 'bad\.json': .+(not a regular file|larger than)/)
  })

  test('as state of cao, usage or statuses, is done without', async () => {
    const cao = makeCaoHome()
    cao.addAccounts('work')
    cao.writeLogin('work', {user: 'ada'})
    for (const name of ['usage.json', 'account_status.json']) {
      rmSync(path.join(cao.base, name), {force: true})
      make(path.join(cao.base, name))
    }

    const {code, stdout} = await cao.run(['status', '--compact', '--offline'])

    expect([code, stdout]).toEqual([0, expect.stringContaining('work')])
  })

  test('among shared accounts does not keep the plugin from starting and answering', async () => {
    const base = makeTemporaryFolder()
    for (const name of ['a', 'b', 'c', 'd']) {
      mkdirSync(path.join(base, name))
      make(path.join(base, name, 'auth.json'))
    }
    make(path.join(base, 'account_status.json'))
    const registry = {default_account: 'a', accounts: ['a', 'b', 'c', 'd']}
    writeFileSync(path.join(base, 'registry.json'), JSON.stringify(registry))
    const {host} = await startStory({connected: true})
    host.changeSetting('openaiCodex.sharedAccounts', base)
    await host.reload()
    const {ai} = await host.sdk(6)

    const model = await host.languageModel(6, 'gpt-5.2-codex-high')
    const {text} = await ai.generateText({model, prompt: 'hello'})

    expect(text).toContain('hello')
    expect(await host.accounts()).toHaveLength(1)
  })
})
