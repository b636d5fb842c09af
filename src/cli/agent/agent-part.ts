/**
 * `cao agent run` and `cao agent ipc`, as a file of their own: what it exports takes and gives plain values.
 *
 * @module
 */
export {runAgentInput} from './run-agent-input.ts'
export {runIpc} from './run-ipc.ts'
