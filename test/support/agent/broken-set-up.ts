import {mkdirSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import type {AgentFolders} from '../../../src/agent/agent-options.ts'
import {checkAgent, type CheckOptions} from '../../../src/agent/setup/check-agent.ts'
import {buildAuthFile, buildLogin} from '../accounts/build-login.ts'
import {makeTemporaryFolder} from '../temporary-folder.ts'

export const NOW_MS = Date.UTC(2026, 10, 30, 12)

/** The login of every group in these tests. */
export const CHATGPT = buildAuthFile(buildLogin({user: 'ada'}))

/** The folders of a group. */
export interface SetUp {
  readonly root: string
  readonly folders: AgentFolders
}

/** A set-up with nothing wrong in it. */
export function makeSetUp(): SetUp {
  const root = makeTemporaryFolder()
  const folders = {
    group: path.join(root, 'group'),
    ipc: path.join(root, 'ipc'),
    global: path.join(root, 'global'),
    codexHome: path.join(root, 'codex'),
  }
  for (const folder of Object.values(folders)) mkdirSync(folder)
  mkdirSync(path.join(folders.ipc, 'messages'))
  writeFileSync(path.join(folders.codexHome, 'auth.json'), CHATGPT, {mode: 0o600})
  return {root, folders}
}

/** What is wrong, and the lines that mend it. */
export function findProblems(
  {folders}: SetUp,
  env: NodeJS.ProcessEnv = {},
  more: Partial<CheckOptions> = {},
) {
  return checkAgent({folders, env, nowMs: NOW_MS, ...more}).then((findings) =>
    findings.filter(({isProblem}) => isProblem).map(({fix, text}) => [text, fix]),
  )
}
