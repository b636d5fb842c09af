/**
 * The library: the agents of chat groups, for hosts.
 *
 * @module
 * @see docs/agents.md
 */
export {AgentError, type AgentErrorCode} from './agent/agent-error.ts'
export type {AgentFolders, AgentOptions} from './agent/agent-options.ts'
export {seedAuthFromMain} from './agent/home/login.ts'
export {ensureGroupHome} from './agent/home/group-home.ts'
export {createGroupFile} from './agent/host/group-file.ts'
export {openDatabase} from './agent/host/database.ts'
export {IpcInbox} from './agent/host/ipc-inbox.ts'
export {TaskStore} from './agent/host/task-store.ts'
export {Watcher} from './agent/host/watcher.ts'
export type {WatcherOptions} from './agent/host/watcher-options.ts'
export {createIpcFolder, type IpcChannel} from './agent/ipc/ipc-folder.ts'
export {parseIpcRequest, type IpcRequest} from './agent/ipc/ipc-request.ts'
export {createCodexProvider} from './agent/nanoclaw/codex-provider.ts'
export {createSessionChannel} from './agent/nanoclaw/session-databases.ts'
export {withFailover} from './agent/nanoclaw/with-failover.ts'
export {
  OutputParser,
  toMarkedOutput,
  type ContainerOutput,
} from './agent/protocol/container-output.ts'
export {mergeGroup, normalizeGroup, resolveProvider} from './agent/protocol/provider.ts'
export {runAgent} from './agent/run-agent.ts'
export {createContainerRunner} from './agent/runners/container-runner.ts'
export {createLocalRunner} from './agent/runners/local-runner.ts'
export {toGroupMounts} from './agent/runners/group-places.ts'
