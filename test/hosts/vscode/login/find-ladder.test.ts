import {expect, test} from 'vitest'
import {findLadder, type FindLadderOptions} from '../../../../src/hosts/vscode/login/find-ladder.ts'

interface Window {
  readonly isWeb?: boolean
  readonly remoteName?: string
  /** Where the extension runs. Default: where the workspace is. */
  readonly isInUi?: boolean
  /** The setting. Default: none. */
  readonly wanted?: string
  /** Addresses as the user's browser needs them. Default: as they are. */
  readonly toExternal?: (address: string) => string
}

function toUri(address: string) {
  return {toString: () => address}
}

function find({isWeb = false, remoteName, isInUi = false, wanted, ...window}: Window) {
  const asked: string[] = []
  const api = {
    ExtensionKind: {UI: 1, Workspace: 2},
    UIKind: {Desktop: 1, Web: 2},
    Uri: {parse: toUri},
    env: {
      uiKind: isWeb ? 2 : 1,
      uriScheme: 'fake-editor',
      remoteName,
      async asExternalUri(uri: {toString(): string}) {
        asked.push(uri.toString())
        return toUri((window.toExternal ?? String)(uri.toString()))
      },
    },
    workspace: {
      getConfiguration: (section: string) => ({
        get: (key: string) => (`${section}.${key}` === 'openaiCodex.loginMethod' ? wanted : 'code'),
      }),
    },
  } as unknown as FindLadderOptions['api']
  const extension = {id: 'one.extension', extensionKind: isInUi ? 1 : 2}
  return {asked, ladder: findLadder({api, extension})}
}

test('on the same machine, the browser hands the login over, and no port is forwarded', async () => {
  const {asked, ladder} = find({})

  expect(await ladder).toEqual(['browser', 'paste', 'code'])
  expect(asked).toEqual([])
})

test('an extension that runs beside the window of a remote is on the same machine', async () => {
  const {ladder} = find({remoteName: 'ssh-remote', isInUi: true})

  expect(await ladder).toEqual(['browser', 'paste', 'code'])
})

test('on a remote, the editor is asked for the port of the login', async () => {
  const {asked, ladder} = find({remoteName: 'ssh-remote'})

  expect(await ladder).toEqual(['browser', 'code', 'paste'])
  expect(asked).toEqual(['http://localhost:1455'])
})

test('on a remote whose port has another number here, a code goes first', async () => {
  const {ladder} = find({
    remoteName: 'ssh-remote',
    toExternal: () => 'http://localhost:50123/',
  })

  expect(await ladder).toEqual(['code', 'paste'])
})

test('in a browser, it is the page that counts', async () => {
  const {asked, ladder} = find({
    isWeb: true,
    toExternal: () => 'https://editor.example/callback',
  })

  expect(await ladder).toEqual(['code', 'paste'])
  expect(asked).toEqual(['fake-editor://one.extension/auth/callback'])
})

test.each([
  ['code', ['code', 'browser', 'paste']],
  ['paste', ['paste', 'browser', 'code']],
  ['auto', ['browser', 'paste', 'code']],
] as const)('with the setting %s, the ways are %j', async (wanted, ladder) => {
  expect(await find({wanted}).ladder).toEqual(ladder)
})

test('a way that the setting names goes first, also where the window does not offer it', async () => {
  const {ladder} = find({
    isWeb: true,
    wanted: 'browser',
    toExternal: () => 'https://editor.example/callback',
  })

  expect(await ladder).toEqual(['browser', 'code', 'paste'])
})
