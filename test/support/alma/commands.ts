/**
 * The command palette.
 *
 * @module
 */
import type {CommandsAPI} from 'alma-plugin-api'

/** Qualifies an id that a plugin registered bare: `login` becomes `<plugin id>.login`. */
function qualify(pluginId: string, id: string): string {
  return id.includes('.') ? id : `${pluginId}.${id}`
}

type CommandHandler = Parameters<CommandsAPI['register']>[1]

/** The second form of `register`, for a command that the manifest does not name. */
interface NamedCommand {
  readonly title: string
  readonly description?: string
  readonly handler: CommandHandler
}

/** The commands of one activation, and the way to run one. */
export interface Commands {
  readonly api: CommandsAPI
  /** Qualified ids of everything registered. */
  ids(): string[]
}

/** Creates an empty command table for the plugin with this id. */
export function createCommands(pluginId: string): Commands {
  const handlers = new Map<string, CommandHandler>()
  return {
    api: {
      register(id, command: CommandHandler | NamedCommand) {
        const qualified = qualify(pluginId, id)
        if (handlers.has(qualified)) throw new Error(`Command ${qualified} is already registered`)
        handlers.set(qualified, typeof command === 'function' ? command : command.handler)
        return {dispose: () => void handlers.delete(qualified)}
      },
      async execute<T>(id: string, ...args: unknown[]) {
        const handler = handlers.get(qualify(pluginId, id))
        if (!handler) throw new Error(`Command ${id} is not registered`)
        return (await handler(...args)) as T
      },
    },
    ids: () => [...handlers.keys()],
  }
}
