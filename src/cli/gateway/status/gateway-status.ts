/**
 * `cao gateway status`
 *
 * @module
 */
import {toJsonObject, toList, toText} from '../../../base/json-object.ts'
import type {Cli} from '../../cli.ts'
import {readGatewaySettings} from '../settings/gateway-settings.ts'
import {findGateway} from '../state/find-gateway.ts'

/** Options of `cao gateway status`. */
export interface GatewayStatusOptions {
  readonly json?: boolean
}

/** Shows what the gateway says of itself. Exits with 1 when none runs. */
export async function showGatewayStatus(cli: Cli, {json}: GatewayStatusOptions): Promise<number> {
  const {directories, env, io} = cli
  const found = await findGateway(cli)
  if (found.kind === 'running') {
    if (json === true) io.out(JSON.stringify({running: true, ...found.status}, undefined, 2))
    else for (const line of toLines(found.status)) io.out(line)
    return 0
  }
  const isSilent = found.kind === 'silent'
  if (json === true) io.out(JSON.stringify({running: false, silent: isSilent}, undefined, 2))
  else if (isSilent) {
    io.err('A gateway is running, but does not answer. `cao gateway stop` ends it.')
  } else {
    const {bindAddress, port} = await readGatewaySettings({base: directories.base, env})
    io.err(`No gateway is running. \`cao gateway start\` would listen on ${bindAddress}:${port}.`)
  }
  return 1
}

function toLines(status: Readonly<Record<string, unknown>>): readonly string[] {
  const text = (name: string) => toText(status[name]) ?? ''
  const accounts = toList(status['accounts']).map(toJsonObject)
  const {host} = new URL(text('url'))
  return [
    `Bind: ${host}`,
    `Upstream: ${text('upstream')}`,
    `Override auth: ${status['overrideAuth'] === true ? 'yes' : 'no'}`,
    `Running since: ${text('startedAt')} (process ${String(status['pid'])}, version ${text('version')})`,
    `Requests: ${String(status['requests'])} answered, ${String(status['openRequests'])} under way`,
    `Accounts: ${accounts.length}`,
    ...accounts.map((account) => `- ${String(account['name'])} (${String(account['state'])})`),
  ]
}
