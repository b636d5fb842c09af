/**
 * `cao gateway why`
 *
 * @module
 */
import {toLocalTime} from '../../../base/local-time.ts'
import type {FinishedRequest} from '../../../gateway/history/finished-request.ts'
import {findRequest, readLastRequests} from '../../../gateway/history/find-requests.ts'
import {describeKind} from '../../../gateway/reasons/describe-reason.ts'
import {toHistoryFolder} from '../../../gateway/history/part-files.ts'
import type {Cli} from '../../cli.ts'
import {CommandError} from '../../report-error.ts'
import {toJsonText} from '../../to-json-text.ts'

/** Which requests are explained. */
export interface WhyCommand {
  /** The id of one, or its beginning. Default: the last ones. */
  readonly request: string | undefined
  readonly isJson: boolean
}

/** How many of the last requests are shown. */
const LAST = 10

/** Shows them, oldest first. */
export async function explainRequests(cli: Cli, {isJson, request}: WhyCommand): Promise<number> {
  const folder = toHistoryFolder(cli.directories.base)
  const found =
    request === undefined
      ? await readLastRequests(folder, LAST)
      : await findRequest(folder, request)
  if (found.length === 0) throw toNothingError(request)
  if (isJson) cli.io.out(toJsonText(found))
  else for (const one of found) cli.io.out(describeRequest(one))
  return 0
}

function toNothingError(request: string | undefined): CommandError {
  return request === undefined
    ? new CommandError('The gateway has answered no request yet.')
    : new CommandError(`There is no request ${request} in the history of the gateway.`, {
        hint: 'The id is in the header x-cao-request of its answer. `cao gateway why` shows the last ones.',
      })
}

/** For example `Nov 30, 2026, 5:00 PM 3f2a… laptop gpt-5.2-codex high 200: work answered: …`. */
function describeRequest(request: FinishedRequest): string {
  const {account, client, code, effort, id, model, reason, startedAtMs, status, switchCost} =
    request
  const what = [client.label, model, effort].filter((text) => text !== undefined).join(' ')
  const outcome = code === undefined ? `${status}` : `${status} ${code}`
  const why = request.why ?? (reason === undefined ? '' : describeKind(reason, account?.label))
  const cost =
    switchCost && switchCost.lostTokens > 0
      ? ` The switch cost ${switchCost.lostTokens} cached tokens: ${switchCost.cachedPercentBefore} % of the input was cached before, ${switchCost.cachedPercentAfter} % after.`
      : ''
  return `${toLocalTime(startedAtMs)} ${id} ${what}: ${outcome}. ${why}${cost}`.trimEnd()
}
