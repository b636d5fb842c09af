import type {Place} from '../../../src/responses/request/place.ts'
import {createChangeList} from '../../../src/responses/request-change.ts'
import {createToolNames} from '../../../src/responses/request/tools/tool-names.ts'

/** A place in an older turn of a request to a model that reads images; the test names what matters. */
export function createPlace(place: Partial<Place> = {}) {
  const {changes, report} = createChangeList()
  const given: Place = {
    field: 'input[0]',
    report,
    isNewest: false,
    vision: true,
    names: createToolNames({}),
    usedIds: new Set(),
    ...place,
  }
  return {place: given, changes: () => changes.map(({field, action}) => `${field} ${action}`)}
}
