import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {OutputParser, type ContainerOutput} from '../../../src/agent/protocol/container-output.ts'
import type {Simulator} from '../../../src/simulator/start-simulator.ts'
import {findCodexProgram, toCodexConfig, toCodexEnvironment} from '../cao/codex-cli.ts'
import {makeCaoHome, type CaoHome, type CaoResult} from '../cao/run-cao.ts'

/** A chat group, and its agent. */
export interface AgentGroup {
  readonly cao: CaoHome
  readonly folders: Readonly<Record<'codexHome' | 'global' | 'group' | 'ipc', string>>
  /** Runs the agent for a message. */
  ask(prompt: string, options?: AskOptions): Promise<Asked>
  /** The texts of the messages that the agent has left for the host, in their order. */
  messages(): readonly unknown[]
}

export interface AskOptions {
  /** Fields of the input beside the usual ones. */
  readonly input?: object
  readonly env?: NodeJS.ProcessEnv
  readonly args?: readonly string[]
}

export interface Asked extends CaoResult {
  readonly output: ContainerOutput | undefined
}

/** The chat of every group in these tests. */
export const CHAT = '120363336345536173@g.us'

/** Makes the folders of a group whose Codex asks a simulator. They are removed when the test ends. */
export function makeAgentGroup(simulator: Simulator, model = 'gpt-5.5'): AgentGroup {
  const cao = makeCaoHome(simulator)
  const toFolder = (name: string) => path.join(cao.home, name)
  const folders = {
    group: toFolder('group'),
    ipc: toFolder('ipc'),
    global: toFolder('global'),
    codexHome: toFolder('codex'),
  }
  for (const folder of Object.values(folders)) mkdirSync(folder)
  writeFileSync(path.join(folders.codexHome, 'config.toml'), toCodexConfig(simulator, model))
  const inbox = path.join(folders.ipc, 'messages')
  return {
    cao,
    folders,
    async ask(prompt, {args = [], env = {}, input} = {}) {
      const given = {
        prompt,
        groupFolder: 'dev-team',
        chatJid: CHAT,
        isMain: false,
        provider: 'codex',
        providerConfig: {codex: {approvalPolicy: 'full'}},
        ...input,
      }
      const places = ['group', 'ipc', 'global'] as const
      const result = await cao.run(
        [
          'agent',
          'run',
          ...places.flatMap((name) => [`--${name}-dir`, folders[name]]),
          '--codex-home',
          folders.codexHome,
          '--codex',
          findCodexProgram(),
          '--contained',
          'no',
          ...args,
        ],
        {input: JSON.stringify(given), env: {...toCodexEnvironment(simulator), ...env}},
      )
      const [output] = new OutputParser().push(result.stdout)
      return {...result, output}
    },
    messages() {
      const names = existsSync(inbox) ? readdirSync(inbox).toSorted() : []
      return names.map((name) => {
        const {text} = JSON.parse(readFileSync(path.join(inbox, name), 'utf8')) as {text: unknown}
        return text
      })
    },
  }
}

/** Logs the group itself in, as `codex login` does. */
export async function logInGroup(group: AgentGroup, simulator: Simulator): Promise<void> {
  const [account] = simulator.accounts
  const {id_token, access_token, refresh_token} = await simulator.issueTokens()
  const auth = {
    auth_mode: 'chatgpt',
    OPENAI_API_KEY: null,
    tokens: {id_token, access_token, refresh_token, account_id: account?.accountId},
    last_refresh: new Date().toISOString(),
  }
  writeFileSync(path.join(group.folders.codexHome, 'auth.json'), JSON.stringify(auth), {
    mode: 0o600,
  })
}
