/**
 * What the agent of a group works with.
 *
 * @module
 */
import type {Clock} from '../base/clock.ts'
import type {Log} from '../base/log.ts'

/** Folders of a group, as the agent sees them. */
export interface AgentFolders {
  /** What the group keeps; the agent works there. Default `/workspace/group`. */
  readonly group: string
  /** What goes to and from the host. Default `/workspace/ipc`. */
  readonly ipc: string
  /** The memory of all groups. Default `/workspace/global`. */
  readonly global: string
  /** Default `/home/node/.codex`. */
  readonly codexHome: string
  /** A folder with a login that groups share. Default: none. */
  readonly login?: string | undefined
  /** The folder of the accounts of `cao`. Default: none. */
  readonly accounts?: string | undefined
}

/** An account, as its gateway knows it. */
export interface GatewayAccount {
  readonly name: string
  /** Why it does not answer now; absent when it does, and when a user has paused it. */
  readonly trouble?: 'auth_expired' | 'usage_limit' | undefined
  readonly isReady: boolean
  /** Until when it does not (milliseconds since the Unix epoch), if that is known. */
  readonly untilMs?: number | undefined
}

/** A gateway of the accounts that runs. */
export interface AgentGateway {
  /** For example `http://127.0.0.1:4319`. */
  readonly origin: string
  /** Its accounts when it was found, in its order. */
  readonly accounts: readonly GatewayAccount[]
  /** Asks for its accounts of now; `undefined` when it has ended meanwhile. */
  readonly ask: () => Promise<readonly GatewayAccount[] | undefined>
}

/** How an agent runs. */
export interface AgentOptions {
  readonly folders: AgentFolders
  readonly env: NodeJS.ProcessEnv
  readonly now: Clock
  /** Its lines go to the log of the host. */
  readonly log: Log
  /** The program. Default `codex`, from the PATH. */
  readonly codex?: string
  /** How the agent calls its helper command. Default: it is not told of one. */
  readonly ipcCommand?: string | undefined
  /** Names of the environment that the agent gets as well. */
  readonly keepEnv?: readonly string[]
  /** Whether a container is around it. */
  readonly isContained: boolean
  /** The longest that an answer may take, and that the CLI may say nothing, in milliseconds. */
  readonly timeoutMs: number
  readonly idleMs: number
  /** Address of an API to use in place of OpenAI's, for example that of the gateway. */
  readonly baseUrl?: string | undefined
  /** Looks for the gateway of the accounts; `undefined` when none answers. Default: there is none. */
  readonly findGateway?: () => Promise<AgentGateway | undefined>
  /** Whether the chat is told of failures through a file. Default yes. */
  readonly doesNotify?: boolean
  readonly signal?: AbortSignal
  /** Told when the CLI is started, for measurements. */
  readonly onStart?: () => void
}
