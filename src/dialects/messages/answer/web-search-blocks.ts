/**
 * Searches of the web that the backend ran, as blocks of the Messages API.
 *
 * @module
 */
import {toJsonObject, toList, toText, type JsonObject} from '../../../base/json-object.ts'

/** A search, as the block that asks for it. */
export interface SearchCall extends JsonObject {
  readonly type: 'server_tool_use'
  readonly id: string
  readonly name: 'web_search'
  readonly input: JsonObject
}

/** Converts an item; `undefined` when nothing was searched for, but a page opened. */
export function toSearchCall({id, action}: JsonObject): SearchCall | undefined {
  const {type, query, queries} = toJsonObject(action)
  if (type !== undefined && type !== 'search') return undefined
  const words =
    toText(query) ??
    toList(queries)
      .filter((one) => typeof one === 'string')
      .join(', ')
  return {type: 'server_tool_use', id: toId(id), name: 'web_search', input: {query: words}}
}

/**
 * What the searches of an answer found: what the backend says of each, and to the last one what the answer cites. They
 * come at its end, because it is only then known.
 */
export function toSearchResults(items: readonly JsonObject[]): readonly JsonObject[] {
  const calls = items.filter((item) => item['type'] === 'web_search_call' && toSearchCall(item))
  const cited = items.flatMap(({content}) => toList(content)).flatMap(toCitations)
  return calls.map(({id, action}, index) => {
    const sources = toList(toJsonObject(action)['sources']).map(toJsonObject)
    const found = index === calls.length - 1 ? [...sources, ...cited] : sources
    return {
      type: 'web_search_tool_result',
      tool_use_id: toId(id),
      content: toResults(found),
    }
  })
}

function toId(id: unknown): string {
  return `srvtoolu_${toText(id)?.replace(/^ws_/, '').replaceAll(/\W/g, '') ?? 'search'}`
}

function toCitations(part: unknown): readonly JsonObject[] {
  return toList(toJsonObject(part)['annotations'])
    .map(toJsonObject)
    .filter(({type}) => type === 'url_citation')
}

function toResults(found: readonly JsonObject[]): readonly JsonObject[] {
  const byUrl = new Map(found.map(({url, title}) => [toText(url), toText(title)]))
  return [...byUrl].flatMap(([url, title]) =>
    url === undefined
      ? []
      : [
          {
            type: 'web_search_result',
            url,
            title: title ?? url,
            encrypted_content: '',
            page_age: null,
          },
        ],
  )
}
