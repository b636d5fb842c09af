/**
 * What was changed of a caller's request, by name.
 *
 * @module
 */

/** What was done to a field. */
export type ChangeAction =
  | 'added'
  | 'clamped'
  | 'dropped'
  /** As `dropped`, but the model would have needed it. */
  | 'lost'
  | 'moved'
  | 'renamed'
  | 'repaired'
  | 'replaced'

/**
 * One thing that the caller sent and the backend does not get as it was. Values that the caller left
 * open are no change. A change names places and reasons only, never what the request says.
 */
export interface RequestChange {
  /** Where, for example `temperature`, `input[3].content[0]` or `tools[2].parameters`. */
  readonly field: string
  readonly action: ChangeAction
  /** Why, as a short sentence. */
  readonly reason: string
}

/** Told of each change. */
export type ReportChange = (field: string, action: ChangeAction, reason: string) => void

/** Collects changes in the order in which they are reported. */
export function createChangeList(): {readonly changes: RequestChange[]; report: ReportChange} {
  const changes: RequestChange[] = []
  return {
    changes,
    report: (field, action, reason) => void changes.push({field, action, reason}),
  }
}
