/**
 * `cao gateway notify`
 *
 * @module
 */
import {randomBytes} from 'node:crypto'
import {deliver, toShownAddress} from '../../../gateway/messages/messenger.ts'
import {MESSAGE_TOPICS, type MessageTopic, type Receiver} from '../../../gateway/rules/rules.ts'
import type {Cli} from '../../cli.ts'
import {CommandError} from '../../report-error.ts'
import {openRules} from './open-rules.ts'

/** Who is told of what, or no longer. */
export type NotifyCommand =
  | {
      readonly kind: 'add-receiver'
      readonly url: string
      /** Default: ntfy for the public server of that name, and a webhook for all others. */
      readonly as: Receiver['kind'] | undefined
      readonly topics: readonly MessageTopic[] | undefined
    }
  | {readonly kind: 'list-receivers'}
  | {readonly kind: 'remove-receiver'; readonly id: string}
  | {readonly kind: 'test-receivers'; readonly id: string | undefined}

/** Does it. */
export async function changeReceivers(cli: Cli, command: NotifyCommand): Promise<number> {
  if (command.kind === 'add-receiver') return addReceiver(cli, command)
  const {receivers} = await openRules(cli).read()
  if (command.kind === 'list-receivers') {
    for (const receiver of receivers) cli.io.out(describeReceiver(receiver))
    if (receivers.length === 0) {
      cli.io.out(
        'There are no receivers yet. For example: cao gateway notify add https://ntfy.sh/<topic>',
      )
    }
    return 0
  }
  const {id} = command
  const named = receivers.filter((receiver) => id === undefined || receiver.id === id)
  if (named.length === 0) throw toMissingError(id)
  if (command.kind === 'test-receivers') return testReceivers(cli, named)
  await openRules(cli).change((rules) => ({
    ...rules,
    receivers: rules.receivers.filter((receiver) => receiver.id !== id),
  }))
  cli.io.out(`Receiver removed: ${id}`)
  return 0
}

async function addReceiver(
  cli: Cli,
  {as, topics = MESSAGE_TOPICS, url}: Extract<NotifyCommand, {kind: 'add-receiver'}>,
): Promise<number> {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (!parsed || !/^https?:$/.test(parsed.protocol)) {
    throw new CommandError('The address must begin with https:// or http://.')
  }
  const kind = as ?? (parsed.host === 'ntfy.sh' ? 'ntfy' : 'webhook')
  const receiver: Receiver = {id: randomBytes(3).toString('hex'), kind, url, topics: [...topics]}
  await openRules(cli).change((rules) => ({...rules, receivers: [...rules.receivers, receiver]}))
  cli.io.out(`Receiver added: ${describeReceiver(receiver)}`)
  cli.io.out(`\`cao gateway notify test ${receiver.id}\` sends a message now.`)
  return 0
}

/** Sends each of them one message. */
async function testReceivers(cli: Cli, receivers: readonly Receiver[]): Promise<number> {
  const {fetch, io, now} = cli
  const text = 'This is a test: the gateway reaches you.'
  let failures = 0
  for (const receiver of receivers) {
    const delivery = await deliver(receiver, {topic: 'test', text, atMs: now()}, {fetch})
    if (delivery.kind === 'delivered') io.out(`Delivered: ${describeReceiver(receiver)}`)
    else {
      failures += 1
      io.err(`Not delivered (${delivery.why}): ${describeReceiver(receiver)}`)
    }
  }
  return Math.min(failures, 1)
}

/** For example `3f2a1b ntfy https://ntfy.sh/… exhausted, back`; the address may hold a secret. */
function describeReceiver({id, kind, topics, url}: Receiver): string {
  return `${id} ${kind} ${toShownAddress(url)} ${topics.join(', ')}`
}

function toMissingError(id: string | undefined): CommandError {
  return new CommandError(
    id === undefined ? 'Nobody is told of anything yet.' : `There is no receiver ${id}.`,
    {hint: '`cao gateway notify add <url>` adds one, and `cao gateway notify list` shows them.'},
  )
}
