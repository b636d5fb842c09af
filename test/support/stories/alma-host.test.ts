import {createServer} from 'node:http'
import {once} from 'node:events'
import path from 'node:path'
import {expect, onTestFinished, test} from 'vitest'
import {startAlmaHost, type AlmaHost, type AlmaHostOptions} from './alma-host.ts'

const {pathname} = new URL('../../fixtures/alma-plugin/main.ts', import.meta.url)
const folder = path.dirname(pathname)

async function start(options: AlmaHostOptions = {}): Promise<AlmaHost> {
  const host = await startAlmaHost({folder, ...options})
  onTestFinished(() => host.stop())
  return host
}

test('compiles TypeScript where the manifest says main.js, and activates it', async () => {
  const host = await start()

  expect(await host.firstModels()).toMatchObject([{id: 'gpt-5-fixture'}])
  expect(host.log).toEqual([{level: 'info', text: 'activated { count: 2 }'}])
})

test('refuses a folder that is not named after the plugin', async () => {
  await expect(start({checkFolderName: true})).rejects.toThrow('must be named fixture-plugin')
})

test('runs a bare command by its qualified id, with the manifest’s default setting', async () => {
  const host = await start()

  expect(host.palette()).toEqual([{id: 'fixture-plugin.hello', title: 'Say hello'}])
  expect(await host.run('fixture-plugin.hello')).toBe('size 3')
  host.changeSetting('fixture.size', 'large')
  expect(await host.run('fixture-plugin.hello')).toBe('size large')
})

test('refuses a notification the manifest did not ask for', async () => {
  const host = await start()

  await expect(host.provider().refreshQuotas()).rejects.toThrow('Permission denied: notifications')
  expect(host.seen.notifications).toEqual([])
})

test('keeps what was stored over a reload', async () => {
  const host = await start({
    user: {browse: async () => new URL('http://localhost/auth/callback?code=c&state=other')},
  })
  await host.connect()

  await host.reload()

  expect(await host.provider().isAuthenticated()).toBe(true)
  expect(host.state.secrets.get('code')).toBe('c other')
  await host.initialized()
  expect(host.state.local.get('initialized')).toBe('true')
})

test('catches a redirect on the real port, and frees the port', async () => {
  const redirect = new URL('http://localhost:14556/auth/callback?code=c&state=s')
  const host = await start({oauthFlow: 'loopback', user: {browse: async () => redirect}})

  expect(await host.connect()).toEqual({success: true})
  expect(await host.connect()).toEqual({success: true})
  expect(host.state.secrets.get('code')).toBe('c s')
})

test('a taken port fails the way a real one does', async () => {
  const taken = createServer().listen(14_556, '127.0.0.1')
  await once(taken, 'listening')
  onTestFinished(() => void taken.close())

  for (const oauthFlow of ['busy', 'loopback'] as const) {
    const host = await start({oauthFlow})
    await expect(host.connect()).rejects.toMatchObject({code: 'EADDRINUSE'})
  }
})

test.each(['missing', 'cancelled', 'unusable'] as const)(
  'with the flow %s, types into the box until it accepts',
  async (oauthFlow) => {
    const host = await start({oauthFlow, user: {type: () => ['abc', 'abcd']}})

    expect(await host.connect()).toEqual({success: true})
    expect(host.seen.refusals).toEqual(['Type four characters.'])
    expect(host.state.secrets.get('code')).toMatch(/^abcd /)
  },
)

test('leaves out the dialogs that a version does not have', async () => {
  const host = await start({oauthFlow: 'missing', withoutUi: ['showInputBox']})

  expect(await host.connect()).toEqual({success: false, error: 'The login was cancelled.'})
})

test.each([5, 6, 7] as const)('talks to the provider through AI SDK %i', async (major) => {
  const host = await start()
  const model = await host.languageModel(major, 'gpt-5-fixture')
  const {ai} = await host.sdk(major)

  const streamed = ai.streamText({model, prompt: 'Hi'})
  const generated = await ai.generateText({model, prompt: 'Hi'})

  expect(await streamed.text).toBe('Hello.')
  expect(generated.text).toBe('Hello.')
})
