import {beforeAll, expect, test, vi} from 'vitest'
import {createCodex, installCodexCli, writeAuthFile} from '../../support/cao/codex-cli.ts'
import {startTestSimulator} from '../../support/servers/ask-simulator.ts'

vi.setConfig({testTimeout: 60_000})
beforeAll(installCodexCli, 240_000)

test('the official CLI warms a WebSocket up, and goes on in it with what is new', async ({
  onTestFinished,
}) => {
  const simulator = await startTestSimulator({webSocket: true})
  const codex = await createCodex(simulator, {onTestFinished, model: 'gpt-5.5'})
  await writeAuthFile(codex, simulator, {})

  const call = 'use the tool exec_command {"cmd": "echo round-trip"}'
  const {stdout} = await codex.run('exec', '--skip-git-repo-check', '--ephemeral', call)

  const messages = simulator.requests.filter(({method}) => method === 'MESSAGE')
  const told = messages.map(({headers, status}) => [
    status,
    headers['x-simulator-connection'],
    headers['x-simulator-warm-up'],
  ])
  expect(stdout).toContain('round-trip')
  expect(told).toEqual([
    [200, '1', 'true'],
    [200, '1', undefined],
    [200, '1', undefined],
  ])
  // The whole conversation would be several items.
  expect(messages.at(-1)?.headers['x-simulator-new-items']).toBe('1')
  expect(simulator.counts['responses']).toBeUndefined()
})
