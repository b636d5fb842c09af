/**
 * `cao claude`: Claude Code with the models of the accounts, for one run.
 *
 * @module
 */
import {randomBytes} from 'node:crypto'
import {rm} from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import {writeFile} from '../../files/write-file.ts'
import type {Cli} from '../cli.ts'
import {openKeyFile} from '../gateway/keys/open-key-file.ts'
import {chooseModels, toClaudeSettings, withSettings} from './claude-settings.ts'
import {findModels} from './find-models.ts'
import {openGateway, type OpenGateway} from './open-gateway.ts'
import {startClaude} from './start-claude.ts'
import {removeLeftovers, toKeyName, toSettingsFile} from '../gateway/keys/claude-leftovers.ts'

/** Options of `cao claude`. */
export interface ClaudeOptions {
  readonly claude: string
  readonly model?: string
  readonly smallModel?: string
}

/** A run that nobody ends ends its key, in milliseconds. */
const LONGEST_MS = 30 * 86_400_000

/**
 * Runs Claude Code to its end. It is told by a file of settings of this run, which outranks those of the user and the
 * environment; nothing of that is left behind.
 *
 * @returns Its exit code.
 * @throws {CommandError} There is no gateway and none can be started, or Claude Code cannot be started.
 */
export async function runClaude(
  cli: Cli,
  args: readonly string[],
  options: ClaudeOptions,
): Promise<number> {
  const {directories, now} = cli
  const {base} = directories
  await removeLeftovers(cli)
  const keys = openKeyFile(cli)
  const mark = {pid: process.pid, random: randomBytes(4).toString('hex')}
  const file = path.join(base, toSettingsFile(mark))
  const {key, record} = await keys.add({
    name: toKeyName(mark),
    class: 'interactive',
    scopes: ['answers'],
    expiresAtMs: now() + LONGEST_MS,
  })
  const opened: OpenGateway[] = []
  try {
    // Behind the key, so that the gateway does not make one for its first client.
    const gateway = await openGateway(cli)
    opened.push(gateway)
    const models = chooseModels(await findModels(cli, {origin: gateway.origin, key}), options)
    const settings = toClaudeSettings({origin: gateway.origin, key, models})
    const given = await withSettings(args, settings)
    await writeFile(file, JSON.stringify(given.settings))
    return await startClaude(cli, {
      program: options.claude,
      args: ['--settings', file, ...given.args],
    })
  } finally {
    await rm(file, {force: true})
    await keys.remove([record.id])
    for (const gateway of opened) await gateway.close()
  }
}
