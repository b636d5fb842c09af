/**
 * Leading the Codex CLI to the gateway, and back, in the text of its `config.toml`.
 *
 * The parser says where things are, and only whole lines are put in or taken out between them: whatever else is in
 * the file stays as it is, byte for byte. A library that writes values (`@decimalturn/toml-patch` 3.3.0 was tried) can
 * replace a value, but not set one aside, and is four times the size.
 *
 * Each line of ours says that it is ours. The CLI writes the file as well, and may put keys between them.
 *
 * @module
 * @see {@link https://developers.openai.com/codex/config-reference}
 */
import type {AST} from 'toml-eslint-parser'
import {parseTomlSyntax} from '../../codex/change-toml.ts'

/** Where the CLI is to be led. */
export interface Route {
  /** The gateway, without a slash at the end, for example `http://127.0.0.1:4319`. */
  readonly baseUrl: string
  /** A client key, for a CODEX_HOME whose login is none of the gateway's. Default: the CLI uses its login. */
  readonly key?: string
}

const MARK = 'cao gateway'
const BEGIN = `# >>> ${MARK}: added by \`cao gateway enable\`, removed by \`cao gateway disable\``
const BEGIN_FILE = `# >>> ${MARK}: file made by \`cao gateway enable\`, removed by \`cao gateway disable\``
const END = `# <<< ${MARK}`
const OWN = `# ${MARK}`
const KEPT = `# kept by ${MARK}: `

const BYTE_ORDER_MARK = '\uFEFF'

/** Our provider; the CLI refuses the name `openai`, which is its own. */
const PROVIDER = 'cao_gateway'

/** Settings before the first table that would lead the CLI elsewhere. */
const ROUTING_KEYS: ReadonlySet<string> = new Set([
  'chatgpt_base_url',
  'model_provider',
  'openai_base_url',
])

/** What of a line of ours comes before its comment. */
const OWN_SETTING =
  /^[ \t]*(?:chatgpt_base_url|model_provider|openai_base_url|model_providers\.cao_gateway)[ \t]*=/

/**
 * Leads the CLI to the gateway. Settings that would lead it elsewhere become comments.
 *
 * The path decides: with one that ends in `/backend-api/codex`, the CLI would ask chatgpt.com, past the gateway.
 *
 * @param text `undefined` when there is no such file.
 * @throws {ConfigurationError} It is no TOML, or would be none with our lines.
 */
export function addRoute(text: string | undefined, route: Route): string {
  const {text: plain = ''} = removeRoute(text)
  const mark = plain.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : ''
  const newline = /\r?\n/.exec(plain)?.[0] ?? '\n'
  const isNew = text === undefined || isMadeHere(text)
  const settings = toSettings(route).map((line) => `${line} ${OWN}`)
  const block = [isNew ? BEGIN_FILE : BEGIN, ...settings, END].map((line) => line + newline)
  const routed = mark + block.join('') + setAside(plain).slice(mark.length)
  // Nothing is written that the CLI would not read.
  parse(routed)
  return routed
}

/**
 * Takes back what {@link addRoute} did. What was changed beside it since then stays.
 *
 * @param text `undefined` when there is no such file.
 * @returns The text; `undefined` when there should be no file.
 * @throws {ConfigurationError} It is no TOML.
 */
export function removeRoute(text: string | undefined): {readonly text: string | undefined} {
  if (text === undefined || !text.includes(MARK)) return {text}
  const {comments, keys} = parse(text)
  const ours = comments.map(({range: [start, end]}) => ({start, said: text.slice(start, end)}))
  const taken = findTaken(ours, keys)
  let rest = text
  // From the end, so that what comes before stays where it is.
  for (const {start, said} of ours.toReversed()) {
    const line = toLine(rest, start)
    if (isOwnLine(said, text.slice(line.start, start)))
      rest = rest.slice(0, line.start) + rest.slice(line.end)
    else if (said.startsWith(KEPT)) {
      const kept = rest.slice(start + KEPT.length)
      rest = rest.slice(0, start) + (taken.has(start) ? `# ${kept}` : kept)
    }
  }
  return {text: rest === '' && isMadeHere(text) ? undefined : rest}
}

/** Where the CLI is led by us; `undefined` when it is not. */
export function findRoute(text: string | undefined): string | undefined {
  const lines = (text ?? '').split(/\r?\n/)
  const own = lines.filter((line) => line.endsWith(OWN))
  return own.map((line) => /base_url = "([^"]*)\/v1"/.exec(line)?.[1]).find((url) => url)
}

function toSettings({baseUrl, key}: Route): string[] {
  const url = (path: string) => JSON.stringify(`${baseUrl}${path}`)
  if (key === undefined) {
    return [`openai_base_url = ${url('/v1')}`, `chatgpt_base_url = ${url('/backend-api/')}`]
  }
  // The name brings the compression of bodies, which the CLI uses for no other provider.
  const fields = [
    'name = "OpenAI"',
    `base_url = ${url('/v1')}`,
    'wire_api = "responses"',
    `experimental_bearer_token = ${JSON.stringify(key)}`,
  ]
  return [
    `model_provider = "${PROVIDER}"`,
    `model_providers.${PROVIDER} = { ${fields.join(', ')} }`,
  ]
}

/** Makes comments of the settings that lead elsewhere. */
function setAside(text: string): string {
  let changed = text
  for (const {range, name} of parse(text).keys.toReversed()) {
    if (!ROUTING_KEYS.has(name)) continue
    const {start} = toLine(changed, range[0])
    const lines = changed.slice(start, range[1]).split('\n')
    const comments = lines.map((line) => KEPT + line).join('\n')
    changed = changed.slice(0, start) + comments + changed.slice(range[1])
  }
  return changed
}

/** Where settings that were set aside begin, and go on, of which there is another one by now: those stay comments. */
function findTaken(
  comments: readonly {readonly start: number; readonly said: string}[],
  keys: readonly Key[],
): ReadonlySet<number> {
  const taken = new Set<number>()
  let isTaken = false
  for (const {start, said} of comments) {
    if (!said.startsWith(KEPT)) continue
    const [, name] = /^[ \t]*["']?([\w-]+)["']?[ \t]*=/.exec(said.slice(KEPT.length)) ?? []
    // A line without a name goes on with a long text.
    if (name !== undefined) isTaken = keys.some((key) => key.name === name && !key.isOurs)
    if (isTaken) taken.add(start)
  }
  return taken
}

/** Whether a line with this comment is one of ours. */
function isOwnLine(comment: string, before: string): boolean {
  if (comment === OWN) return OWN_SETTING.test(before)
  return before.trim() === '' && (comment === END || comment.startsWith(`# >>> ${MARK}`))
}

function isMadeHere(text: string): boolean {
  return text.includes(BEGIN_FILE)
}

function toLine(text: string, at: number): {readonly start: number; readonly end: number} {
  // A byte order mark is no part of the first line.
  const mark = text.startsWith(BYTE_ORDER_MARK) ? 1 : 0
  const end = text.indexOf('\n', at)
  return {
    start: Math.max(text.lastIndexOf('\n', at - 1) + 1, mark),
    end: end === -1 ? text.length : end + 1,
  }
}

interface Key {
  readonly name: string
  readonly range: AST.Range
  readonly isOurs: boolean
}

interface Parsed {
  readonly comments: readonly AST.Comment[]
  /** The settings before the first table. */
  readonly keys: readonly Key[]
}

function parse(text: string): Parsed {
  const mark = text.startsWith(BYTE_ORDER_MARK) ? 1 : 0
  const shift = ([start, end]: AST.Range): AST.Range => [start + mark, end + mark]
  const {body, comments} = parseTomlSyntax(text.slice(mark))
  const keys = body[0].body.flatMap((node) => {
    if (node.type !== 'TOMLKeyValue') return []
    const [first] = node.key.keys
    if (node.key.keys.length > 1 || !first) return []
    const range = shift(node.range)
    const name = first.type === 'TOMLBare' ? first.name : first.value
    const {end} = toLine(text, range[1])
    return [{name, range, isOurs: text.slice(range[1], end).trim() === OWN}]
  })
  return {comments: comments.map((one) => ({...one, range: shift(one.range)})), keys}
}
