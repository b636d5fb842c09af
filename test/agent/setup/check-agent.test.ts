import {mkdirSync, utimesSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {expect, test} from 'vitest'
import {findProblems, makeSetUp, NOW_MS} from '../../support/agent/broken-set-up.ts'

/** Each broken set-up is named, with the one line that mends it; a good one has no problem. */

test('a good set-up has no problem', async () => {
  expect(await findProblems(makeSetUp())).toEqual([])
})

test('no login and no key', async () => {
  const setUp = makeSetUp()
  const {codexHome} = setUp.folders
  writeFileSync(path.join(codexHome, 'auth.json'), '')

  const damaged = await findProblems(setUp)
  const empty = {...setUp.folders, codexHome: path.join(setUp.root, 'other')}
  mkdirSync(empty.codexHome)
  const missing = await findProblems({...setUp, folders: empty})
  const withKey = await findProblems({...setUp, folders: empty}, {OPENAI_API_KEY: 'sk-proj-1'})

  expect(damaged).toEqual([
    ['auth.json cannot be read', `CODEX_HOME=${codexHome} codex login --device-auth`],
  ])
  expect(missing).toEqual([
    ['there is no login and no API key', `CODEX_HOME=${empty.codexHome} codex login --device-auth`],
  ])
  expect(withKey.map(([text]) => text)).not.toContain('there is no login and no API key')
})

test('config.toml that is no TOML', async () => {
  const setUp = makeSetUp()
  const file = path.join(setUp.folders.codexHome, 'config.toml')
  writeFileSync(file, 'model = "gpt-6.2-sol\n')

  const [[text, fix] = []] = await findProblems(setUp)

  expect(text).toContain(`Codex cannot read ${file}.`)
  expect(fix).toBe(`mv ${file} ${file}.broken`)
})

test('a folder that is not there', async () => {
  const setUp = makeSetUp()
  const ipc = path.join(setUp.root, 'elsewhere')

  const problems = await findProblems({...setUp, folders: {...setUp.folders, ipc}})

  expect(problems).toEqual([
    [
      `the folder for the host cannot be written to (${ipc})`,
      `mkdir -p ${ipc} && chown "$(id -u)" ${ipc}`,
    ],
  ])
})

test('the memory of all groups one folder too high', async () => {
  const setUp = makeSetUp()
  const {global} = setUp.folders
  writeFileSync(path.join(setUp.root, 'CLAUDE.md'), 'Be kind.')

  expect(await findProblems(setUp)).toEqual([
    [
      `the memory of all groups is where nobody reads it (${setUp.root}/CLAUDE.md)`,
      `mkdir -p ${global} && mv ${setUp.root}/CLAUDE.md ${global}/CLAUDE.md`,
    ],
  ])
})

test('files that no host takes', async () => {
  const setUp = makeSetUp()
  const file = path.join(setUp.folders.ipc, 'messages/1.json')
  writeFileSync(file, '{}')
  utimesSync(file, NOW_MS / 1000 - 60, NOW_MS / 1000 - 60)

  expect(await findProblems(setUp)).toEqual([
    ['one file for the host was not taken', 'start the host, or: cao agent watch'],
  ])
})

test('variables that outrank the login, and a time zone that is none', async () => {
  const problems = await findProblems(makeSetUp(), {
    CODEX_API_KEY: 'sk-1',
    OPENAI_BASE_URL: 'http://127.0.0.1:1/v1',
    TZ: 'Europe/Nowhere',
  })

  expect(problems).toEqual([
    [
      'CODEX_API_KEY would take the place of the login in other starts of Codex',
      'unset CODEX_API_KEY',
    ],
    ['Codex does not look at OPENAI_BASE_URL', 'export CAO_AGENT_BASE_URL="$OPENAI_BASE_URL"'],
    ['TZ is no time zone: Europe/Nowhere', 'export TZ=Europe/Madrid'],
  ])
})
