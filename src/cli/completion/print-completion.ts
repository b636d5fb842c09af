/**
 * `cao completion <shell>`
 *
 * @module
 */
import type {Command} from 'commander'
import type {Io} from '../io.ts'

/** Shells for which there are completions. */
export type Shell = 'bash' | 'fish' | 'zsh'

/** Commands whose argument is the name of an account. */
const WITH_NAME = ['switch', 'use', 'remove', 'add']

interface Words {
  readonly name: string
  readonly description: string
  readonly options: readonly (readonly [flag: string, description: string])[]
}

/** Prints the script with which a shell completes the commands, their options and the names of accounts. */
export function printCompletion(program: Command, shell: Shell, io: Io): void {
  const commands = program.commands.map(toWords)
  const writers = {bash: toBash, zsh: toZsh, fish: toFish}
  io.out(writers[shell](commands))
}

function toWords(command: Command): Words {
  const options = command.options.map(
    ({long, short, description}) => [long ?? short ?? '', description] as const,
  )
  const all = [...options, ['--data-dir', 'folder of the accounts'], ['--help', 'help']] as const
  return {name: command.name(), description: command.description(), options: all}
}

/** The names, out of the lines of `cao list`. */
const NAMES = `cao list 2>/dev/null | sed -n 's/^[* ] \\([A-Za-z0-9_-]*\\) (.*/\\1/p'`

function toBash(commands: readonly Words[]): string {
  const names = commands.map(({name}) => name).join(' ')
  return `# cao completion bash > ~/.local/share/bash-completion/completions/cao
_cao() {
  local word="\${COMP_WORDS[COMP_CWORD]}" words="${names}"
  if [ "$COMP_CWORD" -gt 1 ]; then
    case "\${COMP_WORDS[1]}" in
${commands.map(({name, options}) => `      ${name}) words="${options.map(([flag]) => flag).join(' ')}" ;;`).join('\n')}
      *) words="" ;;
    esac
    case "\${COMP_WORDS[1]} \${COMP_WORDS[COMP_CWORD-1]}" in
      ${WITH_NAME.map((name) => `"${name} ${name}"`).join('|')}|*" --account") words="$words $(${NAMES})" ;;
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _cao cao codex-account-orchestrator`
}

function toZsh(commands: readonly Words[]): string {
  const list = commands.map(({name, description}) => `    '${name}:${escape(description)}'`)
  const cases = commands.map(({name, options}) => {
    const flags = options.map(([flag, text]) => `'${flag}[${escape(text)}]'`).join(' ')
    const names = WITH_NAME.includes(name) ? ` '*:account:($(${NAMES}))'` : ''
    return `    ${name}) _arguments ${flags}${names} ;;`
  })
  return `#compdef cao codex-account-orchestrator
# cao completion zsh > "\${fpath[1]}/_cao"
_cao() {
  local -a commands=(
${list.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local name="$words[2]"
  shift words
  (( CURRENT-- ))
  case "$name" in
${cases.join('\n')}
  esac
}
compdef _cao cao codex-account-orchestrator`
}

function toFish(commands: readonly Words[]): string {
  const lines = commands.flatMap(({name, description, options}) => [
    `complete -c cao -n __fish_use_subcommand -f -a ${name} -d '${escape(description)}'`,
    ...options.map(
      ([flag, text]) =>
        `complete -c cao -n '__fish_seen_subcommand_from ${name}' -l ${flag.replace(/^-+/, '')} -d '${escape(text)}'`,
    ),
    ...(WITH_NAME.includes(name)
      ? [`complete -c cao -n '__fish_seen_subcommand_from ${name}' -f -a "(${toFishNames()})"`]
      : []),
  ])
  return ['# cao completion fish > ~/.config/fish/completions/cao.fish', ...lines].join('\n')
}

function toFishNames(): string {
  return NAMES.replaceAll('\\', '\\\\')
}

function escape(text: string): string {
  return text.replaceAll("'", '').replaceAll(/[[\]:]/g, String.raw`\$&`)
}
