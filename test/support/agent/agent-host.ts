import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {installNode} from '../processes/install-node.ts'
import {makeCaoHome, type CaoHome, type CaoRun, type CaoRunOptions} from '../cao/run-cao.ts'
import {writeWhole} from '../write-whole.ts'
import type {Simulator} from '../../../src/simulator/start-simulator.ts'

/** A Node that has SQLite. */
export const WATCH_NODE = '24.21.0'

/** The folders of a host, and `cao agent watch` on them. */
export interface AgentHost {
  readonly cao: CaoHome
  readonly data: string
  watch(args?: readonly string[], options?: CaoRunOptions): Promise<CaoRun>
  /** Writes a file as an agent does. */
  write(file: string, content: object | string): void
  /** What was answered to a file. */
  reply(folder: string, name: string): unknown
  /** Names of the files in a folder. */
  list(folder: string): readonly string[]
  readJson(file: string): unknown
}

/** Makes the folders of a host with two groups. They are removed when the test ends. */
export function makeAgentHost(simulator?: Simulator): AgentHost {
  const cao = makeCaoHome(simulator)
  const data = path.join(cao.home, 'data')
  const groups = {
    '1@g.us': {name: 'Main', folder: 'main', trigger: '@Andy', added_at: '2026-01-31T12:00:00Z'},
    '2@g.us': {name: 'Dev', folder: 'dev', trigger: '@Andy', provider: 'codex', mine: 1},
  }
  const inData = (file: string) => path.join(data, file)
  for (const folder of [
    'ipc/main/messages',
    'ipc/main/tasks',
    'ipc/dev/messages',
    'ipc/dev/tasks',
  ]) {
    mkdirSync(inData(folder), {recursive: true})
  }
  writeFileSync(inData('registered_groups.json'), JSON.stringify(groups))
  return {
    cao,
    data,
    async watch(args = [], options = {}) {
      const node = await installNode(WATCH_NODE)
      return cao.start(
        ['agent', 'watch', '--data', data, '--groups-dir', path.join(cao.home, 'groups'), ...args],
        {node, ...options},
      )
    },
    write(file, content) {
      const text = typeof content === 'string' ? content : JSON.stringify(content)
      writeWhole(inData(path.join('ipc', file)), text)
    },
    reply(folder, name) {
      return JSON.parse(readFileSync(inData(`ipc/${folder}/replies/${name}`), 'utf8')) as unknown
    },
    list(folder) {
      const place = inData(path.join('ipc', folder))
      return existsSync(place) ? readdirSync(place).toSorted() : []
    },
    readJson: (file) => JSON.parse(readFileSync(inData(file), 'utf8')) as unknown,
  }
}
