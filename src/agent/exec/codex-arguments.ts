/**
 * The arguments of one run of `codex exec`.
 *
 * What a group may do stands here and not only in its `config.toml`: the agent could write to that file.
 *
 * @module
 */
import type {SandboxSettings} from '../protocol/policy.ts'

/** Servers to use in place of OpenAI's. */
export interface CodexAddresses {
  /** That of the API. */
  readonly openai: string | undefined
  /** That of ChatGPT, for what else the CLI asks there. */
  readonly chatgpt?: string
}

/** What a run needs to know. */
export interface CodexArgumentOptions {
  readonly sandbox: SandboxSettings
  /** The folder that the agent works in. */
  readonly folder: string
  /** Where the CLI writes its last message. */
  readonly messageFile: string
  /** The conversation to go on with. */
  readonly threadId?: string | undefined
  readonly model?: string | undefined
  readonly addresses: CodexAddresses
}

/** The arguments; the prompt is on standard input. What is for every turn comes before `resume`, which takes less. */
export function toCodexArguments(options: CodexArgumentOptions): readonly string[] {
  const {addresses, folder, messageFile, model, sandbox, threadId} = options
  const settings = [
    ...toSettings(sandbox),
    ...toAddress('openai_base_url', addresses.openai),
    ...toAddress('chatgpt_base_url', addresses.chatgpt),
  ]
  return [
    'exec',
    '--json',
    '--skip-git-repo-check',
    '-C',
    folder,
    '-o',
    messageFile,
    ...settings.flatMap((setting) => ['-c', setting]),
    ...(model === undefined ? [] : ['-m', model]),
    ...(threadId === undefined ? [] : ['resume', threadId]),
    '-',
  ]
}

function toAddress(name: string, address: string | undefined): readonly string[] {
  return address === undefined ? [] : [`${name}=${toTomlText(address)}`]
}

function toSettings({approvalPolicy, networkAccess, sandboxMode, writableRoots}: SandboxSettings) {
  const roots = writableRoots.map(toTomlText).join(', ')
  return [
    `approval_policy=${toTomlText(approvalPolicy)}`,
    `sandbox_mode=${toTomlText(sandboxMode)}`,
    ...(sandboxMode === 'workspace-write'
      ? [
          `sandbox_workspace_write.writable_roots=[${roots}]`,
          `sandbox_workspace_write.network_access=${networkAccess}`,
        ]
      : []),
    'shell_environment_policy.ignore_default_excludes=false',
    'check_for_update_on_startup=false',
  ]
}

/** A text as TOML writes it: JSON, with what TOML does not take in it escaped as well. */
export function toTomlText(text: string): string {
  return JSON.stringify(text).replaceAll('\u007F', String.raw`\u007F`)
}
