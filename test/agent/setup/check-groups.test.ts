import {mkdirSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {expect, test} from 'vitest'
import {checkGroups} from '../../../src/agent/setup/check-groups.ts'
import {makeTemporaryFolder} from '../../support/temporary-folder.ts'

/** The file of the groups: what is wrong in it, and where. */

async function findProblems(text: string, dotEnv = '') {
  const root = makeTemporaryFolder()
  const data = path.join(root, 'data')
  mkdirSync(data)
  writeFileSync(path.join(data, 'registered_groups.json'), text)
  writeFileSync(path.join(root, '.env'), dotEnv)
  const findings = await checkGroups({data, env: {}})
  return findings.map(({fix, text: said}) => [said, fix].map((one) => one?.replaceAll(root, '~')))
}

const FILE = '~/data/registered_groups.json'

test('good groups have no problem', async () => {
  const groups = {1: {name: 'Main', folder: 'main'}, 2: {folder: 'dev', provider: 'codex', mine: 1}}
  expect(await findProblems(JSON.stringify(groups))).toEqual([])
})

test.each(['{"1@g.us": {', '[]', ''])('a damaged file: %j', async (text) => {
  expect(await findProblems(text)).toEqual([
    [
      `${FILE} is no JSON object, so there are no groups`,
      `node -e 'JSON.parse(fs.readFileSync(process.argv[1]))' ${FILE}`,
    ],
  ])
})

test.each([
  [
    {provider: 'Codex'},
    /^the group Dev: The setting provider of this group is “Codex”\. It must be one of /,
  ],
  [{providerConfig: {codex: {approvalPolicy: 'never'}}}, /“auto”, “readonly”, “full”\.$/],
  [{folder: '../dev'}, /^the group Dev: The folder of the group must have a name of letters/],
  [{folder: 'errors'}, /cannot be called “errors”: that is the name of another folder of the host/],
  [{folder: 'Global'}, /cannot be called “Global”/],
])('a group with %j', async (fields, problem) => {
  const groups = {1: {name: 'Dev', folder: 'dev', ...fields}}

  expect(await findProblems(JSON.stringify(groups))).toEqual([
    [expect.stringMatching(problem) as string, `correct that word in ${FILE}`],
  ])
})

test('two groups with one folder', async () => {
  const groups = {1: {name: 'A', folder: 'dev'}, 2: {name: 'B', folder: 'Dev'}, 3: {folder: 'ops'}}

  expect(await findProblems(JSON.stringify(groups))).toEqual([
    [
      'two groups have the folder dev, and so one memory, one login and one conversation',
      `give one of them another "folder" in ${FILE}`,
    ],
  ])
})

test('an API key that is nowhere', async () => {
  const codex = {authMethod: 'api_key'}
  const text = JSON.stringify({1: {folder: 'dev', provider: 'codex', providerConfig: {codex}}})

  expect(await findProblems(text)).toEqual([
    [
      'the group dev is to use an API key, and there is none',
      'echo OPENAI_API_KEY=<key> >> ~/.env',
    ],
  ])
  expect(await findProblems(text, 'A=1\nOPENAI_API_KEY=sk-1\n')).toEqual([])
})
