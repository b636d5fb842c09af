/**
 * `cao agent watch`, `init` and `doctor`, as a file of their own: what it exports takes and gives plain values.
 *
 * @module
 */
export {checkAgents} from './check-agents.ts'
export {printPieces} from './print-pieces.ts'
export {watchAgents} from './watch-agents.ts'
