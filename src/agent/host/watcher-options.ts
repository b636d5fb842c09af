/**
 * What a watcher works with.
 *
 * @module
 */
import type {Clock} from '../../base/clock.ts'
import type {Log} from '../../base/log.ts'
import type {RegisterRequest} from '../ipc/ipc-request.ts'
import type {HostGroup} from './authorize.ts'
import type {IpcInbox} from './ipc-inbox.ts'
import type {OutgoingMessage, Task, TaskStore} from './task-store.ts'

/** What a task came to. */
export interface TaskResult {
  readonly result?: string | null
  /** A sentence about what went wrong. */
  readonly error?: string | undefined
  /** Whether the chat has been told of the error already. Default no: then it is told now. */
  readonly isTold?: boolean
}

/** What the watcher works with. */
export interface WatcherOptions {
  readonly inbox: IpcInbox
  readonly store: TaskStore
  readonly now: Clock
  readonly log: Log
  /** Time zone of schedules. */
  readonly timeZone: string
  /** The groups as they are now. As long as it rejects, files wait and no task begins. */
  readonly groups: () => Promise<readonly HostGroup[]>
  /**
   * Sends a message to its chat. One that is rejected is tried again, and those of other chats do not wait for it. After a
   * kill in the middle, the same one comes again with the same id.
   */
  readonly send: (message: OutgoingMessage) => Promise<void>
  /** Runs a task. A rejection is an error of the task. */
  readonly runTask: (task: Task) => Promise<TaskResult>
  /** The main group registers a chat. Default: it is refused. */
  readonly register?: (request: RegisterRequest) => Promise<void>
  /** How many tasks run at once. Default 5; of one group, one after the other. */
  readonly maxTasks?: number
}
