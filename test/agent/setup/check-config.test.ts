import {execFileSync} from 'node:child_process'
import {readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {describe, expect, test} from 'vitest'
import {findProblems, makeSetUp} from '../../support/agent/broken-set-up.ts'

/** Each wrong setting is named, and the line that mends it does. */

/** What the file says, what is said of it, and what it says when that is mended. */
const SETTINGS = [
  [
    'approval_policy = "auto"\n',
    'approval_policy = "auto" ends every start of Codex',
    'approval_policy = "never"\n',
  ],
  [
    'approval_policy = "granular"\n',
    'approval_policy = "granular" ends every start of Codex',
    'approval_policy = "never"\n',
  ],
  ['sandbox_mode = "full"\n', 'sandbox_mode = "full" ends every start of Codex', ''],
  ['profile = "work"\n', 'profile = "work" ends every start of Codex', ''],
  ['preferred_auth_method = "chatgpt"\n', 'preferred_auth_method is no setting of Codex', ''],
  [
    'model_provider_base_url = "http://127.0.0.1:1"\n',
    'model_provider_base_url is no setting of Codex',
    '',
  ],
  [
    '[features]\nrmcp_client = true\n',
    'features.rmcp_client is no setting of Codex',
    '[features]\n',
  ],
  [
    '[model_providers.mine]\nname = "Mine"\nwire_api = "chat"\n',
    'wire_api = "chat" of the model provider mine ends every start of Codex',
    '[model_providers.mine]\nname = "Mine"\nwire_api = "responses"\n',
  ],
  [
    '[model_providers.openai]\nname = "OpenAI"\n',
    'a model provider with the name openai ends every start of Codex, which has one itself',
    '[model_providers.openai-own]\nname = "OpenAI"\n',
  ],
  [
    'model_provider = "mine"\n',
    'the model provider mine is not there, which ends every start of Codex',
    '',
  ],
  [
    'model_provider = "mine"\n[model_providers.mine]\nname = "Mine"\nenv_key = "OPENAI_API_KEY"\n',
    'the model provider mine wants the variable OPENAI_API_KEY, which agents do not get',
    '[model_providers.mine]\nname = "Mine"\nenv_key = "OPENAI_API_KEY"\n',
  ],
  [
    '[mcp_servers.web]\ntype = "stdio"\ncommand = "web"\nrequired = true\n',
    'type is no setting of the MCP server web',
    '[mcp_servers.web]\ncommand = "web"\nrequired = true\n',
  ],
  [
    '[mcp_servers.web]\ncommand = "web"\n',
    'Codex begins without the MCP server web when that is slow',
    '[mcp_servers.web]\nrequired = true\ncommand = "web"\n',
  ],
  ['forced_login_method = "api"\n', 'forced_login_method = "api" makes Codex delete the login', ''],
  ['forced_login_method = "api_key"\n', 'forced_login_method must be "chatgpt" or "api"', ''],
  [
    'project_doc_fallback_filenames = ["CLAUDE.md"]\n',
    'Codex reads CLAUDE.md by itself, and the agent gives it as well, so it comes twice',
    '',
  ],
  [
    'cli_auth_credentials_store = "keyring"\n',
    'cli_auth_credentials_store = "keyring" keeps the login where agents do not find it',
    'cli_auth_credentials_store = "file"\n',
  ],
  [
    '[shell_environment_policy]\ninherit = "core"\n',
    'inherit = "core" hides the host from the commands of the agent',
    '[shell_environment_policy]\n',
  ],
] as const

describe.each(SETTINGS)('config.toml with %j', (before, problem, mended) => {
  test('is named and mended', async () => {
    const setUp = makeSetUp()
    const file = path.join(setUp.folders.codexHome, 'config.toml')
    writeFileSync(file, `model = "gpt-5.5"\n${before}`)

    const [[text, fix] = [], ...others] = await findProblems(setUp)
    execFileSync('sh', ['-c', fix ?? 'false'])

    expect([text, others]).toEqual([problem, []])
    expect(readFileSync(file, 'utf8')).toBe(`model = "gpt-5.5"\n${mended}`)
    expect(await findProblems(setUp)).toEqual([])
  })
})

test('what only the CLI knows, by its own words', async () => {
  const setUp = makeSetUp()
  const file = path.join(setUp.folders.codexHome, 'config.toml')
  writeFileSync(file, 'model = "gpt-5.5"\nmodel_verbosity = "loud"\n')
  const refusal = `${file}:2:19: unknown variant \`loud\``

  const [[text, fix] = []] = await findProblems(setUp, {}, {findRefusal: async () => refusal})
  execFileSync('sh', ['-c', fix ?? 'false'])

  expect(text).toBe(`Codex refuses its settings: ${refusal}`)
  expect(readFileSync(file, 'utf8')).toBe('model = "gpt-5.5"\n')
})
