import {mkdirSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {beforeAll, expect, test} from 'vitest'
import {CAN_MOUNT} from '../support/agent/namespace-engine.ts'
import {findCodexProgram, installCodexCli} from '../support/cao/codex-cli.ts'
import {makeCaoHome} from '../support/cao/run-cao.ts'

/** What only a real machine can show: mounts, and what the real CLI refuses. The settings are in `agent/setup`. */

beforeAll(installCodexCli, 240_000)

test.runIf(CAN_MOUNT)(
  'a login in a read-only folder, one that is mounted by itself, a disk without room, and a setting that only the CLI knows',
  async () => {
    const cao = makeCaoHome()
    const inHome = (name: string) => path.join(cao.home, name)
    const [codexHome, login, seed] = [inHome('codex'), inHome('login'), inHome('seed.json')]
    for (const name of ['codex', 'login', 'group', 'ipc', 'global']) mkdirSync(inHome(name))
    const key = '{"auth_mode":"apikey","OPENAI_API_KEY":"sk-1"}'
    for (const file of [seed, path.join(codexHome, 'auth.json')]) {
      writeFileSync(file, key, {mode: 0o600})
    }
    const config = path.join(codexHome, 'config.toml')
    writeFileSync(config, 'model = "gpt-5.5"\nmodel_reasoning_summary = "loud"\n')
    const places = ['group', 'ipc', 'global'].flatMap((name) => [`--${name}-dir`, inHome(name)])
    const homes = ['--codex-home', codexHome, '--login-dir', login]
    const mounts = `mv ${codexHome} ${codexHome}.seed && mkdir ${codexHome}
mount -t tmpfs -o size=1m none ${codexHome} && cp -a ${codexHome}.seed/. ${codexHome}
mount --bind ${seed} ${codexHome}/auth.json
mount --bind ${login} ${login}
mount -o remount,bind,ro ${login}
exec "$@"`

    const {code, stdout} = await cao.run(
      ['agent', 'doctor', ...places, ...homes, '--codex', findCodexProgram()],
      {under: ['unshare', '-rm', 'sh', '-c', mounts, 'sh']},
    )

    const problems = stdout.split('\nok: ').flatMap((part) => part.split('problem: ').slice(1))
    const wanted = [
      `Codex refuses its settings: ${config}:2:27: unknown variant`,
      `  fix it with: sed -i '2d' ${config}`,
      'the disk is nearly full\n',
      `  fix it with: du -xh ${codexHome} | sort -h | tail`,
      'auth.json is mounted by itself, so a refresh cannot be kept\n',
      `  fix it with: mount the folder in place of the file: -v <host folder>:${codexHome}`,
      `the folder of the login cannot be written to (${login}), so a refresh would be lost\n`,
      `  fix it with: mount it without ":ro": -v <host folder>:${login}`,
    ]
    for (const text of wanted) expect(problems.join('')).toContain(text)
    expect(code).toBe(1)
  },
  60_000,
)
