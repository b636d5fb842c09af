/**
 * What an agent may do, as the settings that the Codex CLI has for it today.
 *
 * @module
 * @see {@link https://developers.openai.com/codex/config-reference}
 */
import type {ApprovalPolicy} from './provider.ts'

/** Settings of the CLI. */
export interface SandboxSettings {
  /** Nobody is there to approve anything, so it is always `never`. */
  readonly approvalPolicy: 'never'
  readonly sandboxMode: 'danger-full-access' | 'read-only' | 'workspace-write'
  /** Folders beside the working folder that may be written to. */
  readonly writableRoots: readonly string[]
  readonly networkAccess: boolean
  /** Whether the agent can leave files for the host. */
  readonly canWriteFiles: boolean
}

/** What the settings depend on. */
export interface PolicyOptions {
  /** The folder through which the agent talks to the host. */
  readonly ipcFolder: string
  /**
   * Whether a container is around the agent already. In most containers the sandbox of the CLI cannot be set up, so
   * there the container takes its place.
   */
  readonly isContained: boolean
}

/**
 * The settings for a word.
 *
 * - `auto`: writes in the group's folder and to the host, and may use the network; in a container, whatever the
 *   container allows.
 * - `readonly`: reads only, also in a container. It cannot leave files for the host.
 * - `full`: no limits but those of the system.
 */
export function toSandboxSettings(
  policy: ApprovalPolicy,
  {ipcFolder, isContained}: PolicyOptions,
): SandboxSettings {
  const approvalPolicy = 'never'
  if (policy === 'readonly') {
    const rest = {writableRoots: [], networkAccess: false, canWriteFiles: false}
    return {approvalPolicy, sandboxMode: 'read-only', ...rest}
  }
  if (policy === 'full' || isContained) {
    const rest = {writableRoots: [], networkAccess: true, canWriteFiles: true}
    return {approvalPolicy, sandboxMode: 'danger-full-access', ...rest}
  }
  const rest = {writableRoots: [ipcFolder], networkAccess: true, canWriteFiles: true}
  return {approvalPolicy, sandboxMode: 'workspace-write', ...rest}
}
