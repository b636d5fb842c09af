/**
 * `GET /backend-api/codex/models`.
 *
 * @module
 */
import {createHash} from 'node:crypto'
import {authenticate} from '../auth/authenticate.ts'
import {answerDetail} from '../backend-answer.ts'
import {isOlderVersion} from './client-version.ts'
import {listModels, type Model} from '../state/model-catalogue.ts'
import type {SimulatedAccount} from '../state/simulated-account.ts'
import type {Exchange, Simulation} from '../state/simulation.ts'

const CLIENT_VERSION = /^\d+\.\d+\.\d+/

const EFFORT_DESCRIPTIONS: Readonly<Record<string, string>> = {
  none: 'No reasoning',
  low: 'Quick answers with little reasoning',
  medium: 'A balance of speed and depth',
  high: 'More depth for hard problems',
  xhigh: 'Extra depth for very hard problems',
  max: 'As much depth as there is',
  ultra: 'As much depth as there is, with helpers',
}

/** Answers with the models that this account may use from this client. */
export async function answerModels(exchange: Exchange, simulation: Simulation): Promise<Response> {
  const account = await authenticate(exchange, simulation)
  if (account instanceof Response) return account
  const [version] = CLIENT_VERSION.exec(exchange.url.searchParams.get('client_version') ?? '') ?? []
  if (version === undefined) return answerDetail(400, 'client_version is required')
  const models = listModels(account)
    .filter(({minimalClientVersion}) => !isOlderVersion(version, minimalClientVersion))
    .map(toEntry)
  const headers = {etag: catalogueTag(account), 'cache-control': 'no-cache'}
  if (exchange.request.headers.get('if-none-match') === headers.etag) {
    return new Response(null, {status: 304, headers})
  }
  return Response.json({models}, {headers})
}

/** Changes when the models of the account change. */
export function catalogueTag(account: SimulatedAccount): string {
  const slugs = listModels(account).map(({slug}) => slug)
  return `W/"${createHash('sha256').update(slugs.join()).digest('hex').slice(0, 32)}"`
}

function toEntry(model: Model): object {
  return {
    slug: model.slug,
    display_name: model.displayName,
    description: `${model.displayName}, simulated.`,
    default_reasoning_level: model.defaultEffort,
    supported_reasoning_levels: model.efforts.map((effort) => ({
      effort,
      description: EFFORT_DESCRIPTIONS[effort] ?? effort,
    })),
    shell_type: 'unified_exec',
    visibility: model.visibility,
    supported_in_api: true,
    priority: model.priority,
    minimal_client_version: model.minimalClientVersion,
    available_in_plans: model.plans ?? [],
    additional_speed_tiers: ['fast'],
    service_tiers: [{id: 'priority', name: 'Fast', description: '1.5x speed'}],
    availability_nux: null,
    upgrade: null,
    base_instructions: 'You are Codex, a coding agent. This is the simulator speaking.',
    default_reasoning_summary: 'none',
    supports_reasoning_summaries: true,
    support_verbosity: true,
    default_verbosity: 'low',
    apply_patch_tool_type: 'freeform',
    web_search_tool_type: 'text_and_image',
    truncation_policy: {mode: 'tokens', limit: 10_000},
    supports_parallel_tool_calls: true,
    supports_image_detail_original: true,
    context_window: model.contextWindow,
    max_context_window: model.maxContextWindow,
    effective_context_window_percent: 95,
    experimental_supported_tools: [],
    input_modalities: ['text', 'image'],
    supports_search_tool: false,
    use_responses_lite: model.isLite,
    ...(model.isLite && {tool_mode: 'code_mode_only', multi_agent_version: 'v2'}),
    ...(model.efforts.includes('ultra') && {multi_agent_reasoning_effort: 'xhigh'}),
  }
}
