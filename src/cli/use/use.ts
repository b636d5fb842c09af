/**
 * `cao use <name>`
 *
 * @module
 */
import type {Cli} from '../cli.ts'

/** Makes an account the default. */
export async function use({directories, io}: Cli, text: string): Promise<void> {
  await directories.setDefault(text)
  io.out(`Default account set to: ${text.trim()}`)
}
