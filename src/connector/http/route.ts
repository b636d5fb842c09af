/**
 * An address, and what is done there.
 *
 * @module
 */
import type {Clock} from '../../base/clock.ts'
import type {JsonObject} from '../../base/json-object.ts'
import type {ProblemCode} from '../connector-error.ts'
import type {
  ConnectorAction,
  ConnectorUser,
  ProviderSettings,
} from '../operations/connector-hooks.ts'
import type {Operations} from '../operations/create-operations.ts'
import type {FetchFunction} from '../../http/fetch.ts'
import type {Language} from '../words/language.ts'
import type {AnswerBody} from './to-answer.ts'

/** What a route works with. */
export interface RouteContext {
  readonly operations: Operations
  readonly providers: ProviderSettings | undefined
  readonly isAccountModeEnabled: boolean
  readonly fetch: FetchFunction
  readonly now: Clock
  readonly user: ConnectorUser
  readonly language: Language
  readonly body: JsonObject
  /** What stands at the place of `:name` in the path. */
  readonly parameters: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly signal: AbortSignal
}

/** An answer. */
export interface Reply {
  readonly body: AnswerBody
  /** Default 200. */
  readonly status?: number
  /** What became of it, for the audit. Default `ok`. */
  readonly outcome?: ProblemCode
  /** Beside those of every answer. Default: none. */
  readonly headers?: Readonly<Record<string, string>>
}

/** An address, and what is done there. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT'
  /** Below the base path; `:name` stands for one segment. */
  readonly path: string
  readonly action: ConnectorAction
  /** Whether it is there without account mode. Default no. */
  readonly isAlwaysOn?: boolean
  readonly run: (context: RouteContext) => Promise<Reply>
}

/** A route that fits a path, and its parameters. */
export interface RouteMatch {
  readonly route: Route
  readonly parameters: Readonly<Record<string, string>>
}

/** The routes that fit a path, whatever the method. */
export function matchRoutes(routes: readonly Route[], path: string): readonly RouteMatch[] {
  const segments = path.split('/')
  return routes.flatMap((route) => {
    const parameters = matchPath(route.path.split('/'), segments)
    return parameters ? [{route, parameters}] : []
  })
}

function matchPath(
  pattern: readonly string[],
  segments: readonly string[],
): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined
  const parameters: Record<string, string> = {}
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? ''
    if (part.startsWith(':') && segment !== '') parameters[part.slice(1)] = segment
    else if (part !== segment) return undefined
  }
  return parameters
}
