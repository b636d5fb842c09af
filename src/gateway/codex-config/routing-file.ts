/**
 * The file that says whether Codex is led to the gateway.
 *
 * @module
 */
import {isJsonObject, parseJson, toText} from '../../base/json-object.ts'
import {withoutUndefined} from '../../base/without-undefined.ts'

/** Its name, in the folder of the accounts. */
export const ROUTING_FILE = 'gateway.routing.json'

/** What is in it. */
export interface RoutingState {
  /**
   * - `routed`: Codex is led to the gateway.
   * - `paused`: the gateway was stopped; the next start leads Codex to it again.
   * - `changing`: being changed, or interrupted in that.
   * - `off`: nobody asked for it.
   */
  readonly state: 'changing' | 'off' | 'paused' | 'routed'
  /** Each CODEX_HOME where it was asked for. */
  readonly homes: readonly string[]
  /** Folders that had to be made for it. */
  readonly madeFolders: readonly string[]
  /** Ids of client keys that were made for it. */
  readonly keyIds: readonly string[]
  /** Where the gateway was, the last time. */
  readonly baseUrl?: string
  /** The real Codex CLI, the last time. */
  readonly codex?: string
}

/** What holds where there is no file. */
export const NO_ROUTING: RoutingState = {state: 'off', homes: [], madeFolders: [], keyIds: []}

/** Reads it; `undefined` when it is damaged. */
export function parseRoutingState(text: string): RoutingState | undefined {
  const file = parseJson(text)
  if (!isJsonObject(file)) return undefined
  const state = toText(file['state'])
  if (state !== 'changing' && state !== 'off' && state !== 'paused' && state !== 'routed') {
    return undefined
  }
  return {
    state,
    homes: toTexts(file['homes']),
    madeFolders: toTexts(file['madeFolders']),
    keyIds: toTexts(file['keyIds']),
    ...withoutUndefined({baseUrl: toText(file['baseUrl']), codex: toText(file['codex'])}),
  }
}

function toTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}
