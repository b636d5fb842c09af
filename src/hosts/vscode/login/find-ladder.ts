/**
 * The ways to log in that this window offers.
 *
 * @module
 */
import type * as vscode from 'vscode'
import {REDIRECT_PORTS} from '../../../oauth/redirect/redirect-uri.ts'
import {findPortReach, LOGIN_LADDERS, type LoginMethod} from './login-ladder.ts'
import {URI_PATH} from '../names.ts'
import type {VscodeApi} from '../vscode-api.ts'

/** The window, as the editor describes it. */
export interface FindLadderOptions {
  readonly api: Pick<VscodeApi, 'ExtensionKind' | 'UIKind' | 'Uri' | 'env' | 'workspace'>
  readonly extension: Pick<vscode.Extension<unknown>, 'extensionKind' | 'id'>
}

/** The ways, best first; the one that the setting names goes before all others. */
export async function findLadder({
  api,
  extension,
}: FindLadderOptions): Promise<readonly LoginMethod[]> {
  const {env, ExtensionKind, UIKind, Uri} = api
  const wanted = api.workspace.getConfiguration('openaiCodex').get('loginMethod')
  const reach = await findPortReach(
    {
      isWeb: env.uiKind === UIKind.Web,
      isLocal: env.remoteName === undefined || extension.extensionKind === ExtensionKind.UI,
      ownAddress: `${env.uriScheme}://${extension.id}${URI_PATH}`,
      toExternal: async (address) =>
        new URL((await env.asExternalUri(Uri.parse(address, true))).toString(true)),
    },
    REDIRECT_PORTS[0],
  )
  const ladder = LOGIN_LADDERS[reach]
  const first = (['app', 'browser', 'code', 'paste'] as const).find((method) => method === wanted)
  return first ? [first, ...ladder.filter((method) => method !== first)] : ladder
}
