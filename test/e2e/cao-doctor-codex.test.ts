import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {describe, expect, test, vi} from 'vitest'
import {makeCaoHome} from '../support/cao/run-cao.ts'

/** What the doctor says about the Codex CLI. */

vi.setConfig({testTimeout: 60_000})

async function check(cao: ReturnType<typeof makeCaoHome>, env: NodeJS.ProcessEnv = {}) {
  return (await cao.run(['status', '--doctor', '--offline'], {env})).stdout
}

describe('the doctor', () => {
  test('names the variables that would outrank the login, and what comes of them', async () => {
    const cao = makeCaoHome()
    cao.addAccounts('a')

    expect(await check(cao, {CODEX_API_KEY: 'sk-secret'})).toMatch(
      /\[warn\] environment: CODEX_API_KEY set\. cao run and cao add keep it from Codex; .*delete the login where config\.toml has forced_login_method/,
    )
    expect(await check(cao, {CODEX_API_KEY: 'sk-secret'})).not.toContain('sk-secret')
    expect(await check(cao)).not.toContain('environment:')
  })

  test('tells how much the copy of the CLI takes that a background server needs', async () => {
    const cao = makeCaoHome()
    cao.addAccounts('a')
    const folder = path.join(cao.base, 'a/packages/app-server-daemon/releases/1/bin')
    mkdirSync(folder, {recursive: true})
    writeFileSync(path.join(folder, 'codex'), Buffer.alloc(3_000_000))
    symlinkSync('releases/1', path.join(cao.base, 'a/packages/app-server-daemon/current'))

    expect(await check(cao)).toContain(
      '[ok] background server: none of a runs; its copy of Codex takes 3 MB',
    )
  })

  test('passes over a codex that leads back here', async () => {
    const cao = makeCaoHome()
    cao.addAccounts('a')
    writeFileSync(path.join(cao.home, 'codex'), '#!/bin/sh\nexec cao run -- "$@"\n', {mode: 0o755})

    const text = await check(cao, {PATH: `${cao.home}:/usr/bin:/bin`})

    expect(text).toMatch(/\[warn\] codex: .*codex would start cao again/)
  })

  test.each([[[]], [['--json']]])(
    'shows no token that a file or a program names, with %j',
    async (args) => {
      const cao = makeCaoHome()
      cao.addAccounts('a')
      cao.writeLogin('a', {user: 'ada'})
      const lastError = 'refused eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.c2ln'
      const status = JSON.stringify({statuses: {a: {lastError}}})
      writeFileSync(path.join(cao.base, 'account_status.json'), status)
      const folder = path.join(cao.home, 'bin')
      mkdirSync(folder)
      const script = '#!/bin/sh\necho codex-cli 0.171.0 sk-proj-abcdefghijklmnop\n'
      writeFileSync(path.join(folder, 'codex'), script, {mode: 0o755})
      const env = {PATH: `${folder}:/usr/bin:/bin`}

      const {stdout} = await cao.run(['status', '--doctor', '--offline', ...args], {env})

      expect(stdout).toContain('Last error: refused [hidden]')
      expect(stdout).toContain('codex-cli 0.171.0 [hidden]')
    },
  )
})
