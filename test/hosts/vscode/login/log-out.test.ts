import {expect, test} from 'vitest'
import {logOut, type LogOutOptions} from '../../../../src/hosts/vscode/login/log-out.ts'
import {ACCOUNT} from '../../../support/engine/create-backend.ts'
import {createMemoryAccountStore} from '../../../support/memory/memory-account-store.ts'
import {createMemoryLog} from '../../../support/memory/memory-log.ts'

const SHARED = {...ACCOUNT, home: '/home/ada/.codex'}

/** @param chosen What the user chooses about a shared login; `undefined` dismisses the list. */
function start(chosen?: string) {
  const shown: unknown[] = []
  const window = {
    showInformationMessage: async (message: string) => void shown.push(message),
    async showQuickPick(items: {label: string; detail: string}[], {title}: {title: string}) {
      shown.push(title, ...items.map(({label, detail}) => `${label}: ${detail}`))
      return items.find(({label}) => label === chosen)
    },
  }
  const server = {issuer: new URL('https://auth.example'), clientId: 'client'}
  const options: LogOutOptions = {
    api: {window} as unknown as LogOutOptions['api'],
    store: createMemoryAccountStore(SHARED),
    log: createMemoryLog().log,
    tokenRequest: {server, fetch: async () => new Response(), now: () => 0},
  }
  return {options, shown}
}

const QUESTION = [
  'Other programs share the login of ada@example.com. Log out there as well?',
  'Keep it: It goes on being used here, too.',
  'Log out everywhere: /home/ada/.codex',
]

test.each([
  ['Log out everywhere', [], 'Logged out of ada@example.com.'],
  ['Keep it', [SHARED], 'Other programs go on sharing their login of ada@example.com.'],
  [undefined, [SHARED], 'Other programs go on sharing their login of ada@example.com.'],
])('whoever chooses %s about a shared login gets it', async (chosen, left, message) => {
  const {options, shown} = start(chosen)

  await logOut([SHARED], options)

  expect(await options.store.list()).toEqual(left)
  expect(shown).toEqual([...QUESTION, message])
})
