import {expect, test} from 'vitest'
import {findPortReach, LOGIN_LADDERS} from '../../../../src/hosts/vscode/login/login-ladder.ts'

const ownAddress = 'vscode://openai-codex-auth.openai-codex-auth/auth/callback'

test.each([
  // Name, whether it is a page, whether it runs here, where an address leads, the reach, the first way.
  ['the same machine', false, true, 'http://localhost:9999', 'same machine', 'browser'],
  ['a forwarded port', false, false, 'http://127.0.0.1:1455', 'forwarded', 'browser'],
  ['another number', false, false, 'http://127.0.0.1:40123', 'out of reach', 'code'],
  ['a tunnel with a name', false, false, 'https://x-1455.example', 'out of reach', 'code'],
  ['a page from here', true, false, 'http://127.0.0.1:8080/cb', 'loopback page', 'browser'],
  ['a page from elsewhere', true, false, 'https://code.example/cb', 'out of reach', 'code'],
] as const)('%s', async (_name, isWeb, isLocal, address, reach, first) => {
  const toExternal = async () => new URL(address)
  const found = await findPortReach({isWeb, isLocal, ownAddress, toExternal}, 1455)
  expect(found).toBe(reach)
  expect(LOGIN_LADDERS[found][0]).toBe(first)
})
