import {chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {expect, test} from 'vitest'
import type {AgentOptions, GatewayAccount} from '../../src/agent/agent-options.ts'
import type {ContainerOutput} from '../../src/agent/protocol/container-output.ts'
import {runAgent} from '../../src/agent/run-agent.ts'
import {buildAuthFile, buildLogin} from '../support/accounts/build-login.ts'
import {makeTemporaryFolder} from '../support/temporary-folder.ts'

/** A group with several accounts: when one is spent, the next one goes on, and the chat is told once. */

const NOW_MS = Date.UTC(2026, 10, 30, 12)
const QUIET = {debug: ignore, info: ignore, warn: ignore, error: ignore}

/** Stands in for the CLI: accounts with a file `spent` or `ended` in their folder do not answer; the gateway is a script. */
const CODEX = `#!/bin/sh
cat > "$CODEX_HOME/asked"
account=$(dirname "$(readlink "$CODEX_HOME/auth.json")")
echo '{"type":"thread.started","thread_id":"t1"}'
case "$*" in *openai_base_url*) sh "$account/../gateway" "$*"; exit $?;; esac
if [ -f "$account/spent" ]; then
  echo '{"type":"item.completed","item":{"type":"command_execution","exit_code":0,"aggregated_output":""}}'
  echo '{"type":"turn.failed","error":{"message":"The usage limit has been reached"}}'
  exit 1
fi
if [ -f "$account/ended" ]; then
  echo '{"type":"turn.failed","error":{"message":"Your access token could not be refreshed because your refresh token was revoked. Please log out and sign in again."}}'
  exit 1
fi
printf '{"type":"item.completed","item":{"type":"agent_message","text":"%s"}}\\n' "$(basename "$account")"
echo '{"type":"turn.completed","usage":{"input_tokens":1,"output_tokens":1}}'
`

function makeGroup(...names: readonly string[]) {
  let nowMs = NOW_MS
  const root = makeTemporaryFolder()
  const inRoot = (...parts: readonly string[]) => path.join(root, ...parts)
  const folders = {
    group: inRoot('group'),
    ipc: inRoot('ipc'),
    global: inRoot('global'),
    codexHome: inRoot('codex'),
    accounts: inRoot('accounts'),
  }
  for (const folder of Object.values(folders)) mkdirSync(folder)
  for (const name of names) {
    mkdirSync(inRoot('accounts', name))
    writeFileSync(inRoot('accounts', name, 'auth.json'), buildAuthFile(buildLogin({user: name})))
  }
  const registry = {default_account: names[0], accounts: names}
  writeFileSync(inRoot('accounts/registry.json'), JSON.stringify(registry))
  writeFileSync(inRoot('fake-codex'), CODEX)
  chmodSync(inRoot('fake-codex'), 0o755)
  return {
    folders,
    /** What the CLI does that is led to the gateway. */
    runGateway(script: string) {
      writeFileSync(inRoot('accounts/gateway'), script)
    },
    ask(codex: object = {}, more: Partial<AgentOptions> = {}): Promise<ContainerOutput> {
      const input = {prompt: 'hello', groupFolder: 'dev', chatJid: '2@g.us', isMain: false}
      const provider = {provider: 'codex', providerConfig: {codex}}
      return runAgent(JSON.stringify({...input, ...provider}), {
        folders,
        env: {PATH: process.env['PATH'], TZ: 'Europe/Madrid'},
        // Messages of one moment would come in any order.
        now: () => (nowMs += 1),
        log: QUIET,
        codex: inRoot('fake-codex'),
        isContained: true,
        timeoutMs: 30_000,
        idleMs: 30_000,
        ...more,
      })
    },
    mark: (name: string, what: 'ended' | 'spent') =>
      writeFileSync(inRoot('accounts', name, what), ''),
    asked: () => readFileSync(inRoot('codex/asked'), 'utf8'),
    messages() {
      const inbox = inRoot('ipc/messages')
      const files = readdirSync(inRoot('ipc')).includes('messages') ? readdirSync(inbox) : []
      return files.toSorted().map((name) => {
        const {text} = JSON.parse(readFileSync(path.join(inbox, name), 'utf8')) as {text: string}
        return text
      })
    },
  }
}

test('the next account goes on at a limit, the chat is told once, and hears when none is left', async () => {
  const group = makeGroup('main', 'work')
  group.mark('main', 'spent')

  expect(await group.ask()).toMatchObject({status: 'success', result: 'work'})
  // It must not do again what the first one has done.
  expect(group.asked()).toMatch(/^Your last turn was interrupted[\s\S]*hello$/)
  expect(await group.ask()).toMatchObject({status: 'success', result: 'work'})
  const [told, ...others] = group.messages()
  expect(told).toMatch(/^The account main has reached its usage limit.*\. work goes on\.$/)
  expect(others).toEqual([])

  group.mark('work', 'spent')
  const last = await group.ask()
  await group.ask()
  expect(last).toMatchObject({status: 'error', code: 'usage_limit', notice: 'sent'})
  expect(group.messages().slice(1)).toEqual([
    expect.stringMatching(
      /^All accounts of this group have reached their usage limit\. Ask again after 2026-\d\d-\d\d \d\d:\d\d \(Europe\/Madrid\), or add an account: cao add <name>\.$/,
    ),
  ])
})

test('an account whose login has ended is left out until it is logged in again', async () => {
  const group = makeGroup('main', 'work')
  group.mark('main', 'ended')

  expect(await group.ask()).toMatchObject({status: 'success', result: 'work'})
  expect(await group.ask()).toMatchObject({status: 'success', result: 'work'})
  expect(group.messages()).toEqual(['The account main needs a new login. work goes on.'])
})

test('an account of "Sign in with ChatGPT" is left to the gateway, as the CLI cannot use it', async () => {
  const group = makeGroup('app', 'work')
  const app = {auth_mode: 'chatgpt_app', chatgpt_app: {client_id: 'oaiapp_1'}}
  const text = buildAuthFile(buildLogin({user: 'app'}), app)
  writeFileSync(path.join(group.folders.accounts, 'app/auth.json'), text)

  expect(await group.ask()).toMatchObject({status: 'success', result: 'work'})
  expect(group.messages()).toEqual([])
})

test('a group that names accounts uses these, in its order', async () => {
  const group = makeGroup('main', 'work', 'spare')

  expect(await group.ask({accounts: ['spare', 'work']})).toMatchObject({result: 'spare'})
  group.mark('spare', 'spent')
  expect(await group.ask({accounts: ['spare', 'work']})).toMatchObject({result: 'work'})
  expect(await group.ask({accounts: ['nobody']})).toMatchObject({code: 'no_auth'})
})

const READY: readonly GatewayAccount[] = [
  {name: 'main', isReady: true},
  {name: 'work', isReady: true},
]

/** A gateway that has written nothing down: what it knows is what it says. */
const findWith =
  (accounts: readonly GatewayAccount[] = READY, after: readonly GatewayAccount[] = accounts) =>
  async () => ({origin: 'http://127.0.0.1:4319', accounts, ask: async () => after})

function toResting(name: string, untilMs: number): GatewayAccount {
  return {name, isReady: false, trouble: 'usage_limit', untilMs}
}

const ANSWER = `printf '{"type":"item.completed","item":{"type":"agent_message","text":"%s"}}\\n' "$(echo "$1" | grep -o '[a-z]*_base_url="[^"]*"' | tr -d '"' | tr '\\n' ' ')"
echo '{"type":"turn.completed","usage":{"input_tokens":1,"output_tokens":1}}'`

test('the gateway is asked where it runs, and the chat hears once that it has changed the account', async () => {
  const group = makeGroup('main', 'work')
  const changed = [toResting('main', NOW_MS + 3_600_000), {name: 'work', isReady: true}]
  group.runGateway(ANSWER)

  const first = await group.ask({}, {findGateway: findWith(READY, changed)})
  await group.ask({}, {findGateway: findWith(changed)})

  expect(first.result).toBe(
    'openai_base_url=http://127.0.0.1:4319/v1 chatgpt_base_url=http://127.0.0.1:4319/backend-api/ ',
  )
  expect(group.messages()).toEqual([
    'The account main has reached its usage limit until 2026-11-30 14:00 (Europe/Madrid). work goes on.',
  ])
  // It would choose from all accounts, and this group has chosen.
  expect(await group.ask({accounts: ['work']}, {findGateway: findWith()})).toMatchObject({
    result: 'work',
  })
})

test.each<[string, readonly GatewayAccount[], readonly string[]]>([
  [
    'a login has ended',
    [
      {name: 'main', isReady: false, trouble: 'auth_expired'},
      {name: 'work', isReady: true},
    ],
    ['The account main needs a new login. work goes on.'],
  ],
  [
    'a user has paused one',
    [
      {name: 'main', isReady: false},
      {name: 'work', isReady: true},
    ],
    [],
  ],
  ['it has ended', [], []],
])('what the chat hears of the gateway when %s', async (_name, after, told) => {
  const group = makeGroup('main', 'work')
  group.runGateway(ANSWER)

  await group.ask({}, {findGateway: findWith(READY, after)})

  expect(group.messages()).toEqual(told)
})

test('when the gateway ends meanwhile, the accounts go on', async () => {
  const group = makeGroup('main', 'work')
  const failure = {message: 'stream disconnected before completion: error sending request'}
  group.runGateway(`echo '${JSON.stringify({type: 'turn.failed', error: failure})}'; exit 1`)
  let asked = 0
  const findGateway = async () => (asked++ === 0 ? findWith()() : undefined)

  expect(await group.ask({}, {findGateway})).toMatchObject({status: 'success', result: 'main'})
  expect(group.messages()).toEqual([])
})

test('a gateway without any account left says when, and is not gone around', async () => {
  const group = makeGroup('main', 'work')
  const failure = {message: 'The usage limit has been reached'}
  const resting = [toResting('main', NOW_MS + 7_200_000), toResting('work', NOW_MS + 3_600_000)]
  group.runGateway(`echo '${JSON.stringify({type: 'turn.failed', error: failure})}'; exit 1`)

  const output = await group.ask({}, {findGateway: findWith(READY, resting)})

  expect(output).toMatchObject({
    code: 'usage_limit',
    error:
      'All accounts of this group have reached their usage limit. Ask again after 2026-11-30 14:00 (Europe/Madrid), or add an account: cao add <name>.',
  })
})

test('the chat hears once of a setting that cannot be read', async () => {
  const group = makeGroup('main')
  const sentence =
    'The setting providerConfig.codex.approvalPolicy of this group is “yolo”. It must be one of “auto”, “readonly”, “full”.'

  const first = await group.ask({approvalPolicy: 'yolo'})
  const second = await group.ask({approvalPolicy: 'yolo'})

  expect(first).toMatchObject({code: 'config_invalid', error: sentence, notice: 'sent'})
  expect(second).toMatchObject({code: 'config_invalid', notice: 'repeated'})
  expect(group.messages()).toEqual([sentence])
})

test('a login of the group itself stays, and none of the accounts is blamed for it', async () => {
  const group = makeGroup('main')
  const own = buildAuthFile(buildLogin({user: 'own'}))
  writeFileSync(path.join(group.folders.codexHome, 'auth.json'), own)

  expect(await group.ask({accounts: ['main']})).toMatchObject({
    code: 'config_invalid',
    error: `This group names accounts of cao, and has a login of its own. Remove one of the two: the accounts in its settings, or ${group.folders.codexHome}/auth.json.`,
  })
  group.mark('main', 'spent')
  expect(await group.ask()).toMatchObject({status: 'success'})
  expect(readFileSync(path.join(group.folders.codexHome, 'auth.json'), 'utf8')).toBe(own)
})

function ignore(): void {}
