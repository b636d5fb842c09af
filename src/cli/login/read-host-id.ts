/**
 * Who this installation is, where an app logs in.
 *
 * @module
 */
import path from 'node:path'
import type {Log} from '../../base/log.ts'
import {createFileStorage} from '../../storage/file-storage.ts'
import {toHostId} from '../../storage/installation-host-id.ts'
import {createInstallationSalt} from '../../storage/installation-salt.ts'

/**
 * Reads the id, or makes it for the first login.
 *
 * @param options.base The folder of the accounts.
 * @returns `urn:uuid:…`, the same for the command line and the gateway.
 */
export async function readHostId({
  base,
  log,
}: {
  readonly base: string
  readonly log: Log
}): Promise<string> {
  const storage = createFileStorage(path.join(base, 'installation.memory'))
  return toHostId(await createInstallationSalt({storage, log})())
}
