import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {expect, describe, test, vi} from 'vitest'
import {makeCaoHome, type CaoHome} from '../support/cao/run-cao.ts'
import {startTokenServer, type TokenServer} from '../support/servers/token-server.ts'

/** A refresh token works once: what the server gave for it is stored, whatever becomes of the command. */

const EXPIRED = {user: 'ada', exp: 1_700_000_000}
const SOON = () => ({user: 'ada', exp: Math.floor(Date.now() / 1000) + 200})

interface Story {
  readonly cao: CaoHome
  readonly server: TokenServer
  readonly env: NodeJS.ProcessEnv
}

async function start(login: {user: string; exp: number} = EXPIRED): Promise<Story> {
  const server = await startTokenServer(login)
  const cao = makeCaoHome()
  cao.addAccounts('work')
  cao.writeLogin('work', login)
  return {cao, server, env: {CODEX_AUTH_ISSUER_URL: server.url}}
}

function readRefreshToken({cao}: Story): unknown {
  const {tokens} = cao.readJson('work/auth.json') as {tokens: Record<string, unknown>}
  return tokens['refresh_token']
}

/** What is in the folder of the account, but for locks and settings. */
function listFiles({cao}: Story): readonly string[] {
  return readdirSync(path.join(cao.base, 'work')).filter((name) => !/lock$|^config/.test(name))
}

/** As if the last try had been a minute ago. */
function ageJournal({cao}: Story): void {
  const file = path.join(cao.base, 'work/auth.refresh.journal')
  const [head = '', ...rest] = readFileSync(file, 'utf8').split('\n')
  const entry = JSON.parse(head) as {askedAtMs: number}
  const aged = JSON.stringify({...entry, askedAtMs: entry.askedAtMs - 60_000})
  writeFileSync(file, [aged, ...rest].join('\n'))
}

async function waitForQuestion({server}: Story): Promise<void> {
  await vi.waitFor(() => expect(server.sent).toHaveLength(1), {timeout: 20_000, interval: 5})
}

describe('a signal while tokens are refreshed', {timeout: 60_000}, () => {
  test.each([
    ['SIGINT', 130, ['status']],
    ['SIGTERM', 143, ['status', '--json']],
    ['SIGHUP', 129, ['status', '--compact']],
    ['SIGQUIT', 131, ['status', '--full']],
    ['SIGINT', 130, ['status', '--doctor']],
    ['SIGTERM', 143, ['status', '--report']],
    ['SIGHUP', 129, ['status', '--watch']],
  ] as const)('%s waits until it is stored, then ends with %i: cao %j', async (...given) => {
    const [signal, code, args] = given
    const story = await start()
    const answer = story.server.hold()
    const run = story.cao.start(args, {env: story.env})
    await waitForQuestion(story)

    run.kill(signal)
    // Where the terminal is gone, nobody is told.
    if (signal !== 'SIGHUP') await run.find(/Refreshing a login/)
    answer.open()

    expect(await run.result).toMatchObject({code, signal: null})
    expect(readRefreshToken(story)).toBe('refresh-ada-2')
    expect(story.server.current()).toBe('refresh-ada-2')
    expect(listFiles(story)).toEqual(['auth.json'])
  })

  test('further signals do not lose it, and the first one says how it ended', async () => {
    const story = await start()
    const answer = story.server.hold()
    const run = story.cao.start(['status'], {env: story.env})
    await waitForQuestion(story)

    run.kill('SIGINT')
    await run.find(/Refreshing a login/)
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) run.kill(signal)
    answer.open()

    expect(await run.result).toMatchObject({code: 130, signal: null})
    expect(readRefreshToken(story)).toBe('refresh-ada-2')
  })

  test('afterwards, a signal ends the command as it always did', async () => {
    const story = await start()
    const run = story.cao.start(['status', '--watch', '60'], {env: story.env})
    await run.find(/Every 60 s/)

    run.kill('SIGHUP')

    expect(await run.result).toMatchObject({code: null, signal: 'SIGHUP'})
    expect(readRefreshToken(story)).toBe('refresh-ada-2')
  })

  test('a command that has nothing more to say waits for it as well', async () => {
    const story = await start()
    const answer = story.server.hold()
    const run = story.cao.start(['status', '--timeout', '3'], {env: story.env})

    await run.find(/Refreshing a login\. This ends as soon as the new tokens are stored\./)
    answer.open()

    expect(await run.result).toMatchObject({code: 0})
    expect(readRefreshToken(story)).toBe('refresh-ada-2')
  })
})

describe('room for the answer', {timeout: 60_000}, () => {
  test.each([
    ['has expired', EXPIRED],
    ['still works', SOON()],
  ])('where there is none, nobody is asked, and it is said: a token that %s', async (_, login) => {
    const story = await start(login)
    const {cao, env} = story
    const before = readFileSync(path.join(cao.base, 'work/auth.json'), 'utf8')
    // 16 blocks of 512 bytes or of 1 kB: enough for the files that are there, not for an answer.
    const under = ['sh', '-c', 'ulimit -f 16; exec "$@"', 'sh']
    const {code, stderr} = await cao.run(['status'], {env, under})

    expect(story.server.sent).toEqual([])
    expect(stderr).toContain(
      `Warning: There is no space left for ${path.join(cao.base, 'work/auth.refresh.journal')}. Nothing was changed. Free some space, then try again.`,
    )
    expect(code).toBe(1)
    expect(readFileSync(path.join(cao.base, 'work/auth.json'), 'utf8')).toBe(before)
    expect(listFiles(story)).toEqual(['auth.json'])
    expect(await cao.run(['status'], {env})).toMatchObject({code: 0})
    expect(readRefreshToken(story)).toBe('refresh-ada-2')
  })
})

describe('an answer that is lost', {timeout: 60_000}, () => {
  test('is asked for once, and the next try says what has happened', async () => {
    const story = await start()
    const {cao, env, server} = story
    server.next((response) => void response.destroy())

    await cao.run(['status'], {env})
    expect(server.sent).toEqual(['refresh-ada-1'])
    expect(listFiles(story)).toEqual(['auth.json', 'auth.refresh.journal'])
    // The server may still be at it.
    await cao.run(['status'], {env})
    expect(server.sent).toHaveLength(1)

    ageJournal(story)
    await cao.run(['status'], {env})
    expect(server.sent).toHaveLength(2)
    const {stdout} = await cao.run(['status', '--full', '--offline'], {env})
    expect(stdout).toMatch(/login_required: .+the answer to a refresh .+ was lost on its way/)
    expect(stdout).not.toContain('another program')
  })

  test('does not matter where another program has stored a newer login', async () => {
    const story = await start()
    const {cao, env, server} = story
    server.next((response) => {
      cao.writeLogin('work', {user: 'ada', serial: 7})
      response.destroy()
    })

    const {code, stdout} = await cao.run(['status', '--json'], {env})

    expect(code).toBe(0)
    expect(readRefreshToken(story)).toBe('refresh-ada-7')
    expect(stdout).toContain('"loginRequired": null')
  })
})
