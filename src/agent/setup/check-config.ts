/**
 * Settings of the CLI that older instructions, other programs and habit put into a `config.toml`, and that end it or turn its
 * agent around.
 *
 * Each was tried with the Codex CLI 0.171.0 on 2026-11-30.
 *
 * @module
 */
import path from 'node:path'
import {readLogin} from '../../accounts/directories/codex/codex-home.ts'
import {toJsonObject, toList, toText, type JsonObject} from '../../base/json-object.ts'
import {toPlainText} from '../../base/plain-text.ts'
import {parseToml} from '../../codex/change-toml.ts'
import {quoteForShell} from '../../codex/cli/quote-for-shell.ts'
import {ConfigurationError} from '../../errors.ts'
import {readText} from '../../files/read-file.ts'
import {toProblem, type Finding} from './finding.ts'

/** Words that the CLI takes. The table `granular` is one more policy. */
const POLICIES = ['never', 'on-request', 'on-failure']
const SANDBOXES = ['read-only', 'workspace-write', 'danger-full-access']

/** Settings that the CLI does not know, which it ignores with a note in every answer. */
const UNKNOWN_SETTINGS = ['preferred_auth_method', 'model_provider_base_url']

/** Model providers that the CLI has itself. */
const RESERVED = ['openai', 'ollama', 'lmstudio']
const BUILT_IN = new Set([...RESERVED, 'amazon-bedrock', 'oss'])

/** A setting that is wrong, and the expression for `sed` that mends it. */
type Wrong = readonly [text: string, sed: string]

/**
 * What is wrong with the `config.toml` of a CODEX_HOME.
 *
 * @param findRefusal Asks the CLI what it has against it, for what is not known here.
 */
export async function checkConfig(
  codexHome: string,
  findRefusal: () => Promise<string | undefined> = async () => undefined,
): Promise<readonly Finding[]> {
  const file = path.join(codexHome, 'config.toml')
  const text = await readText(file).catch(() => undefined)
  if (text === undefined) return [{isProblem: false, text: 'config.toml is made at the first run'}]
  const quoted = quoteForShell(file)
  let settings
  try {
    settings = parseToml(text)
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    return [toProblem(`Codex cannot read ${file}. ${error.message}`, toSetAside(file))]
  }
  const {kind} = await readLogin(codexHome)
  const wrong = [
    ...findWrongWords(settings),
    ...findWrongProviders(settings),
    ...findWrongServers(settings),
    ...findForced(settings, kind),
    ...findHiding(settings),
  ]
  if (wrong.length > 0) {
    return wrong.map(([problem, sed]) => toProblem(problem, `sed -i -E '${sed}' ${quoted}`))
  }
  const refusal = await findRefusal()
  if (refusal === undefined) {
    return [{isProblem: false, text: 'config.toml has no setting that ends Codex'}]
  }
  const [, line] = /config\.toml:(\d+)/.exec(refusal) ?? []
  const fix = line === undefined ? toSetAside(file) : `sed -i '${line}d' ${quoted}`
  return [toProblem(`Codex refuses its settings: ${toPlainText(refusal)}`, fix)]
}

function toSetAside(file: string): string {
  return `mv ${quoteForShell(file)} ${quoteForShell(`${file}.broken`)}`
}

function findWrongWords(settings: JsonObject): readonly Wrong[] {
  const {approval_policy: policy, features, profile, sandbox_mode: mode} = settings
  const isPolicy = typeof policy !== 'string' || POLICIES.includes(policy)
  const isMode = mode === undefined || SANDBOXES.some((word) => word === mode)
  const hasOldClient = toJsonObject(features)['rmcp_client'] !== undefined
  return [
    ...UNKNOWN_SETTINGS.flatMap((name) =>
      toWrong(settings[name] !== undefined, `${name} is no setting of Codex`, `/^${name}/d`),
    ),
    ...toWrong(
      !isPolicy,
      `approval_policy = ${toWord(policy)} ends every start of Codex`,
      's/^approval_policy.*/approval_policy = "never"/',
    ),
    ...toWrong(
      !isMode,
      `sandbox_mode = ${toWord(mode)} ends every start of Codex`,
      '/^sandbox_mode/d',
    ),
    ...toWrong(
      profile !== undefined,
      `profile = ${toWord(profile)} ends every start of Codex`,
      '/^profile *=/d',
    ),
    ...toWrong(
      hasOldClient,
      'features.rmcp_client is no setting of Codex',
      String.raw`/^(features\.)?rmcp_client/d`,
    ),
  ]
}

function findWrongProviders(settings: JsonObject): readonly Wrong[] {
  const providers = toJsonObject(settings['model_providers'])
  const each = Object.entries(providers).flatMap(([name, provider]) => [
    ...toWrong(
      toJsonObject(provider)['wire_api'] === 'chat',
      `wire_api = "chat" of the model provider ${name} ends every start of Codex`,
      String.raw`s/^( *wire_api *= *)"chat"/\1"responses"/`,
    ),
    ...toWrong(
      RESERVED.includes(name),
      `a model provider with the name ${name} ends every start of Codex, which has one itself`,
      String.raw`s/^( *\[model_providers\.)"?${name}"?\]/\1${name}-own]/`,
    ),
  ])
  const chosen = toText(settings['model_provider'])
  if (chosen === undefined || BUILT_IN.has(chosen)) return each
  const isThere = providers[chosen] !== undefined
  const key = toText(toJsonObject(providers[chosen])['env_key']) ?? 'CODEX_API_KEY'
  const remove = '/^model_provider *=/d'
  return [
    ...each,
    ...toWrong(
      !isThere,
      `the model provider ${chosen} is not there, which ends every start of Codex`,
      remove,
    ),
    ...toWrong(
      key !== 'CODEX_API_KEY',
      `the model provider ${chosen} wants the variable ${key}, which agents do not get`,
      remove,
    ),
  ]
}

function findWrongServers(settings: JsonObject): readonly Wrong[] {
  const isWaited = settings['mcp_optional_startup_grace_ms'] !== undefined
  return Object.entries(toJsonObject(settings['mcp_servers'])).flatMap(([name, server]) => {
    const {required, type} = toJsonObject(server)
    return [
      ...toWrong(
        type !== undefined,
        `type is no setting of the MCP server ${name}`,
        '/^ *type *=/d',
      ),
      ...toWrong(
        !isWaited && required === undefined,
        `Codex begins without the MCP server ${name} when that is slow`,
        String.raw`s/^ *\[mcp_servers\."?${name}"?\]/&\nrequired = true/`,
      ),
    ]
  })
}

function findForced({forced_login_method: forced}: JsonObject, login: string): readonly Wrong[] {
  const isMethod = forced === undefined || forced === 'api' || forced === 'chatgpt'
  const isOther = isMethod && login === (forced === 'api' ? 'chatgpt' : 'api_key')
  const remove = '/^forced_login_method/d'
  return [
    ...toWrong(!isMethod, 'forced_login_method must be "chatgpt" or "api"', remove),
    ...toWrong(
      forced !== undefined && isOther,
      `forced_login_method = ${toWord(forced)} makes Codex delete the login`,
      remove,
    ),
  ]
}

/** What the CLI takes, and the agent does not expect. */
function findHiding(settings: JsonObject): readonly Wrong[] {
  const {cli_auth_credentials_store: store, project_doc_fallback_filenames: fallbacks} = settings
  const {inherit} = toJsonObject(settings['shell_environment_policy'])
  return [
    ...toWrong(
      toList(fallbacks).includes('CLAUDE.md'),
      'Codex reads CLAUDE.md by itself, and the agent gives it as well, so it comes twice',
      '/^project_doc_fallback_filenames/d',
    ),
    ...toWrong(
      store !== undefined && store !== 'file',
      `cli_auth_credentials_store = ${toWord(store)} keeps the login where agents do not find it`,
      's/^cli_auth_credentials_store.*/cli_auth_credentials_store = "file"/',
    ),
    ...toWrong(
      inherit !== undefined && inherit !== 'all',
      `inherit = ${toWord(inherit)} hides the host from the commands of the agent`,
      String.raw`/^ *(shell_environment_policy\.)?inherit *=/d`,
    ),
  ]
}

function toWrong(isWrong: boolean, text: string, sed: string): readonly Wrong[] {
  return isWrong ? [[text, sed]] : []
}

function toWord(value: unknown): string {
  return JSON.stringify(value)
}
