import {spawnSync} from 'node:child_process'
import {appendFileSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {beforeAll, expect, test, vi} from 'vitest'
import {delay} from '../../src/base/delay.ts'
import {installCodexCli} from '../support/cao/codex-cli.ts'
import {startCaoCodex} from '../support/cao/start-cao-codex.ts'
import {eventually} from '../support/eventually.ts'
import {findFreePort} from '../support/processes/find-free-port.ts'

/** The screen of the official CLI through the gateway, on a terminal of its own. */

vi.setConfig({testTimeout: 120_000})
beforeAll(installCodexCli, 240_000)

const hasTerminal = spawnSync('script', ['--version']).status === 0

test.skipIf(!hasTerminal)(
  'one session goes on while the accounts run out, and /status shows what is left of all of them',
  async () => {
    const {cao, codex, env, simulator} = await startCaoCodex()
    const trusted = `[projects."${cao.home}"]\ntrust_level = "trusted"\n`
    appendFileSync(path.join(cao.base, 'a', 'config.toml'), trusted)
    const port = await findFreePort()
    const start = ['gateway', 'start', '--port', String(port)]
    const gateway = cao.start(start, {env: {CAO_DEBUG_HEADERS: '1'}})
    await gateway.find(/Gateway started on/)
    const flags = ['--gateway', '--gateway-url', `http://127.0.0.1:${port}`, '--codex', codex]
    const screen = cao.startOnTerminal(['run', ...flags], {env: {...env, TERM: 'xterm-256color'}})
    const enter = async (text: string) => {
      screen.write(text)
      // Between words, the cursor is moved, and nothing is drawn.
      await screen.find(new RegExp(text.split(' ').at(-1) ?? text))
      // What comes too fast after a text is taken for a part of what was pasted.
      await delay(300)
      screen.write('\r')
    }
    const answers = (prompt: string) =>
      simulator.requests.flatMap(({account, body, path: asked, status}) => {
        const isAnswer = asked.endsWith('/codex/responses') && status === 200
        const {model, input} = (body ?? {}) as {model?: string; input?: unknown}
        // Another model is asked for the title of the session.
        const isOfSession = model === 'gpt-5.5' && JSON.stringify(input).includes(prompt)
        return isAnswer && isOfSession ? [account] : []
      })
    await screen.find(/for ?shortcuts/)

    await enter('say first')
    await eventually(() => expect(answers('say first')).toEqual(['ada@example.com']))
    simulator.changeAccount('ada@example.com', {
      primary: {usedPercent: 100, resetAfterSeconds: 7200},
    })
    await enter('say second')
    await eventually(() => expect(answers('say second')).toEqual(['bob@example.com']))
    await enter('/status')
    // All of the one and a few percent of the other, where the CLI alone would show one of them.
    await screen.find(/(?:4[5-9])% ?left ?\(resets/)
    simulator.changeAccount('bob@example.com', {
      primary: {usedPercent: 100, resetAfterSeconds: 3600},
    })
    await enter('say third')
    await screen.find(/You’ve hit your usage limit\. +Try again at/)
    screen.write('\u0003\u0003')
    const log = readFileSync(path.join(cao.base, 'gateway.log'), 'utf8')
    const session = await screen.find(/codex resume ([\da-f-]{36})/)
    gateway.kill('SIGTERM')

    expect(session).toHaveLength(36)
    // On a WebSocket, as the CLI does it by itself.
    const answered = log.match(/"path":"\/v1\/responses"/g) ?? []
    const overSocket = log.match(/"openai-beta":"responses_websockets=2026-02-06"/g) ?? []
    expect(answered.length).toBeGreaterThan(2)
    expect(overSocket.length).toBeGreaterThanOrEqual(answered.length)
    expect(answers('say third')).toEqual([])
    // It was never told to log in anew.
    expect(simulator.counts['token']).toBeUndefined()
    expect(await gateway.result).toMatchObject({code: 0})
  },
)
