/**
 * The groups of a host, as its file says them.
 *
 * @module
 */
import path from 'node:path'
import {readLogin} from '../../accounts/directories/codex/codex-home.ts'
import {isJsonObject, parseJson, toJsonObject, toText} from '../../base/json-object.ts'
import {quoteForShell} from '../../codex/cli/quote-for-shell.ts'
import {readText} from '../../files/read-file.ts'
import {AgentError} from '../agent-error.ts'
import {toGroupHome} from '../home/group-home.ts'
import {isGroupFolder, parseGroupFolder} from '../protocol/group-folder.ts'
import {normalizeGroup} from '../protocol/provider.ts'
import {toProblem, type Finding} from './finding.ts'

/** What is looked at. */
export interface CheckGroupsOptions {
  /** The `data` folder of the host. */
  readonly data: string
  readonly env: NodeJS.ProcessEnv
}

/** What is wrong with the `registered_groups.json` of a host. */
export async function checkGroups({data, env}: CheckGroupsOptions): Promise<readonly Finding[]> {
  const file = path.join(path.resolve(data), 'registered_groups.json')
  const text = await readText(file).catch(() => undefined)
  const groups = parseJson(text)
  if (text !== undefined && !isJsonObject(groups)) {
    const fix = `node -e 'JSON.parse(fs.readFileSync(process.argv[1]))' ${quoteForShell(file)}`
    return [toProblem(`${file} is no JSON object, so there are no groups`, fix)]
  }
  const records = Object.values(toJsonObject(groups)).map(toJsonObject)
  const hasKey = await findKey(data, env)
  const each = await Promise.all(records.map((group) => checkGroup(group, {data, file, hasKey})))
  return [...each.flat(), ...findSharedFolders(records, file)]
}

/** The folders of the groups that use Codex. What is wrong in the file is for {@link checkGroups} to say. */
export async function listCodexFolders(data: string): Promise<readonly string[]> {
  const file = path.join(path.resolve(data), 'registered_groups.json')
  const groups = toJsonObject(parseJson(await readText(file).catch(() => undefined)))
  return Object.values(groups).flatMap((group) => {
    const {folder, provider} = toJsonObject(group)
    return provider === 'codex' && isGroupFolder(folder) ? [folder] : []
  })
}

async function checkGroup(
  group: Readonly<Record<string, unknown>>,
  {data, file, hasKey}: {readonly data: string; readonly file: string; readonly hasKey: boolean},
): Promise<readonly Finding[]> {
  try {
    const groupFolder = parseGroupFolder(group['folder'])
    const {provider, providerConfig} = normalizeGroup(group)
    if (provider !== 'codex' || providerConfig?.codex?.authMethod !== 'api_key' || hasKey) return []
    const login = await readLogin(toGroupHome({dataFolder: data, groupFolder}))
    if (login.kind === 'api_key') return []
    const text = `the group ${groupFolder} is to use an API key, and there is none`
    return [toProblem(text, `echo OPENAI_API_KEY=<key> >> ${quoteForShell(toEnvFile(data))}`)]
  } catch (error) {
    if (!(error instanceof AgentError)) throw error
    const name = toText(group['name']) ?? toText(group['folder']) ?? 'without a name'
    return [toProblem(`the group ${name}: ${error.message}`, `correct that word in ${file}`)]
  }
}

/** Two groups in one folder read each other's files and conversations. */
function findSharedFolders(
  records: readonly Readonly<Record<string, unknown>>[],
  file: string,
): readonly Finding[] {
  const folders = records.flatMap(({folder}) => toText(folder)?.toLowerCase() ?? [])
  const shared = new Set(folders.filter((folder, index) => folders.indexOf(folder) !== index))
  return [...shared].map((folder) =>
    toProblem(
      `two groups have the folder ${folder}, and so one memory, one login and one conversation`,
      `give one of them another "folder" in ${file}`,
    ),
  )
}

async function findKey(data: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const text = await readText(toEnvFile(data)).catch(() => undefined)
  return Boolean(env['OPENAI_API_KEY']) || /^OPENAI_API_KEY=\S/m.test(text ?? '')
}

/** Hosts have it beside their data. */
function toEnvFile(data: string): string {
  return path.join(path.dirname(path.resolve(data)), '.env')
}
