import {PassThrough} from 'node:stream'
import {writeFileSync} from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import {expect, test} from 'vitest'
import {checkAgents} from '../../../src/cli/agent/check-agents.ts'
import {CODEX_CLIENT_VERSION} from '../../../src/codex/codex-client.ts'
import {makeSetUp} from '../../support/agent/broken-set-up.ts'

/** What `cao agent doctor` says of the CLI itself, and of its sandbox. */

const INSTALL = `  fix it with: npm install -g @openai/codex@${CODEX_CLIENT_VERSION}`

/** @param script What stands in for the CLI; without it there is none. */
async function runDoctor(script?: string) {
  const {folders, root} = makeSetUp()
  const codex = path.join(root, 'fake-codex')
  if (script !== undefined) writeFileSync(codex, `#!/bin/sh\n${script}\n`, {mode: 0o755})
  const lines: string[] = []
  const {group: groupDir, ipc: ipcDir, global: globalDir, codexHome} = folders
  const options = {codex, groupsDir: 'groups', groupDir, ipcDir, globalDir, codexHome}
  const code = await checkAgents(
    {
      env: {PATH: process.env['PATH'], CAO_AGENT_CONTAINED: 'no'},
      now: () => 0,
      fetch: globalThis.fetch,
      stdin: new PassThrough(),
      stdout: new PassThrough(),
      out: (line) => lines.push(line),
      err: () => {},
    },
    options,
  )
  const at = lines.findIndex((line) => line.startsWith('problem: '))
  return {code, said: lines.slice(at, at + 2).map((line) => line.replaceAll(codex, 'codex'))}
}

test.each([
  ['is not there', undefined, 'there is no Codex CLI in the PATH', INSTALL],
  ['says no version', 'exit 0', 'codex does not say its version', INSTALL],
  [
    'is too old',
    'echo codex-cli 0.98.0',
    'Codex CLI 0.98.0 (codex) is older than 0.169.0',
    INSTALL,
  ],
  [
    'cannot set up its sandbox',
    '[ "$1" = sandbox ] && exit 1; echo codex-cli 0.171.0',
    'the sandbox of Codex cannot be set up',
    '  fix it with: cao agent run --contained yes (in a container), or the policy "full"',
  ],
])('a CLI that %s', async (_name, script, problem, fix) => {
  expect(await runDoctor(script)).toEqual({code: 1, said: [`problem: ${problem}`, fix]})
})

test('a CLI that is good', async () => {
  expect(await runDoctor('echo codex-cli 0.171.0')).toMatchObject({code: 0})
})
