import assert from 'node:assert/strict'
import {once} from 'node:events'
import {createServer, type Server} from 'node:net'
import * as vscode from 'vscode'
import {act, logIn, selectModels, until} from './editor.ts'
import {setting, tidyUp} from './known-state.ts'
import {group, story} from './story.ts'

const PORTS = [1455, 1457]

/** Takes the ports on which the browser hands a login over. */
async function takePorts(): Promise<() => void> {
  const servers = await Promise.all(
    PORTS.map(async (port): Promise<Server> => {
      const server = createServer((socket) => socket.destroy()).listen(port, '127.0.0.1')
      await once(server, 'listening')
      return server
    }),
  )
  return () => void servers.map((server) => server.close())
}

group(tidyUp)

/** Types the code that the editor shows on another device. */
async function typeCode(): Promise<void> {
  await vscode.commands.executeCommand('notifications.showList')
  const selector = '.notifications-center .notification-list-item-message:has-text("type the code")'
  const message = String(await act({do: 'see', selector}))
  await act({do: 'type code', code: /[A-Z0-9]{4}-[A-Z0-9]{5}/.exec(message)?.[0] ?? ''})
}

/** Begins to log in, and does nothing on the page. @returns Its address. */
async function openPage(): Promise<string> {
  await act({do: 'log in', wish: {decision: 'nothing'}})
  await act({do: 'forget page'})
  void vscode.commands.executeCommand('openaiCodex.logIn')
  return until(async () => String(await act({do: 'last page'})) || undefined)
}

story('with a code that is typed on any device, a user logs in', async () => {
  await setting('loginMethod', 'code')
  const pending = logIn()
  // The page is not opened for the user: the code says where to go.
  await typeCode()
  await pending
  assert.equal((await selectModels()).length > 20, true)
})

story('by pasting the address at which the browser ended, a user logs in', async () => {
  await setting('loginMethod', 'paste')
  const page = await openPage()
  const address = await act({do: 'approve', page})
  await act({do: 'answer', text: String(address)})
  await until(async () => (await selectModels()).at(0))
})

story('by an address that the editor hands over, a user logs in', async () => {
  await setting('loginMethod', 'auto')
  const page = await openPage()
  const {search} = new URL(String(await act({do: 'approve', page})))
  const own = `${vscode.env.uriScheme}://openai-codex-auth.openai-codex-auth/auth/callback`
  const external = await vscode.env.asExternalUri(vscode.Uri.parse(`${own}${search}`))
  await act({do: 'open', url: external.toString(true)})
  await until(async () => (await selectModels()).at(0))
})

story('where other programs have the ports, the next way is tried', async () => {
  const free = await takePorts()
  try {
    const pending = logIn()
    await typeCode()
    await pending
    assert.equal((await selectModels()).length > 20, true)
  } finally {
    free()
  }
})
