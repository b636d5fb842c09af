/**
 * Where accounts are.
 *
 * @module
 */

/** Where the accounts are. */
export interface PlaceLocation {
  /**
   * - `directories`: a folder of account folders, such as `~/.codex-account-orchestrator`.
   * - `codex-home`: one CODEX_HOME, such as `~/.codex`.
   */
  readonly kind: 'codex-home' | 'directories'
  readonly folder: string
}
