/**
 * `cao gateway overflow`
 *
 * @module
 */
import path from 'node:path'
import {isPrivateAddress} from '../../../base/loopback.ts'
import type {Overflow} from '../../../gateway/rules/rules.ts'
import type {Cli} from '../../cli.ts'
import {CommandError} from '../../report-error.ts'
import {openRules} from './open-rules.ts'

/** Whether an API key answers when every account has reached its limit. */
export type OverflowCommand =
  | {readonly kind: 'off'}
  | {readonly kind: 'show'}
  | {
      readonly kind: 'on'
      readonly keyFile: string | undefined
      readonly keyVariable: string | undefined
      readonly tokensPerDay: number
      readonly baseUrl: string
    }

/** Does it. */
export async function changeOverflow(cli: Cli, command: OverflowCommand): Promise<number> {
  const {io} = cli
  if (command.kind === 'show') {
    const {overflow} = await openRules(cli).read()
    io.out(overflow ? describeOverflow(overflow) : 'The overflow is off: no money is ever spent.')
    return 0
  }
  if (command.kind === 'off') {
    await openRules(cli).change((rules) => ({...rules, overflow: undefined}))
    io.out('The overflow is off: no money is ever spent.')
    return 0
  }
  const overflow: Overflow = {
    keyFrom: toKeyFrom(command),
    baseUrl: toBaseUrl(command.baseUrl),
    tokensPerDay: command.tokensPerDay,
  }
  await openRules(cli).change((rules) => ({...rules, overflow}))
  io.out(describeOverflow(overflow))
  return 0
}

/** The key itself is never an argument: others could read it in the list of processes. */
function toKeyFrom({
  keyFile,
  keyVariable,
}: Pick<Extract<OverflowCommand, {kind: 'on'}>, 'keyFile' | 'keyVariable'>): Overflow['keyFrom'] {
  if (keyFile !== undefined && keyVariable === undefined) {
    return {kind: 'file', path: path.resolve(keyFile)}
  }
  if (keyVariable !== undefined && keyFile === undefined) {
    return {kind: 'variable', name: keyVariable}
  }
  throw new CommandError('Say where the API key is: with --key-file or with --key-variable.')
}

function toBaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && isPrivateAddress(url)) return text.replace(/(?<!\/)\/+$/, '')
  throw new CommandError('The base URL must begin with https://, since the API key goes there.')
}

function describeOverflow({baseUrl, keyFrom, tokensPerDay}: Overflow): string {
  const key = keyFrom.kind === 'file' ? `the key in ${keyFrom.path}` : `the key in $${keyFrom.name}`
  return `When every account has reached its usage limit, ${new URL(baseUrl).host} is asked with ${key}. That costs money: at most ${tokensPerDay} tokens a day.`
}
