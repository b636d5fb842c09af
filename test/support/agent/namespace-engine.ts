import {chmodSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import {canRun} from '../processes/start-account-process.ts'
import {makeTemporaryFolder} from '../temporary-folder.ts'

/** Whether this machine lets a user mount folders in a namespace. */
export const CAN_MOUNT = canRun(['unshare', '-rm', 'mount', '-t', 'tmpfs', 'none', '/tmp'])

const CAO = path.resolve(import.meta.dirname, '../../../dist/cao.js')

/** What is in the image. */
export interface NamespaceImage {
  /** The Codex CLI. */
  readonly codex: string
  readonly env: NodeJS.ProcessEnv
}

/**
 * A container engine: it takes `run` and `stop` as Docker does, and runs `cao agent run` in a root of its own, in which the
 * folders of `-v` are mounted. As with Docker, what runs does not end with whoever asked for it: only `stop` ends it early.
 */
export function writeNamespaceEngine({codex, env}: NamespaceImage): string {
  const folder = makeTemporaryFolder()
  const file = path.join(folder, 'engine')
  const image = Object.entries(env).map(([name, value]) => `'${name}=${value}'`)
  const script = `#!/bin/bash
if [ "$1" = stop ]; then
  pid=$(cat "${folder}/\${@: -1}.pid")
  kill -TERM "$pid"; while kill -0 "$pid" 2> /dev/null; do sleep 0.1; done
  exit
fi
shift
variables=() mounts=() name=
while [ $# -gt 1 ]; do
  case "$1" in
    -e) variables+=("$2"); shift ;;
    -v) mounts+=("$2"); shift ;;
    --name) name=$2; shift ;;
  esac
  shift
done
root=${folder}/root; mkdir -p "$root"
cat | setsid -w unshare -rm bash -c '
  echo $$ > "$1"; root=$2; count=$3; shift 3
  mount -t tmpfs none "$root"
  for place in /*; do
    case "$place" in /home | /workspace) continue ;; esac
    if [ -L "$place" ]; then cp -P "$place" "$root$place"
    elif [ -d "$place" ]; then mkdir "$root$place" && mount --rbind "$place" "$root$place"; fi
  done
  while [ "$count" -gt 0 ]; do
    IFS=: read -r from to mode <<< "$1"
    mkdir -p "$root$to" && mount --bind "$from" "$root$to"
    if [ "$mode" = ro ]; then mount -o remount,bind,ro "$root$to"; fi
    shift; count=$((count - 1))
  done
  exec chroot "$root" env -i "$@"
' bash "${folder}/$name.pid" "$root" "\${#mounts[@]}" "\${mounts[@]}" PATH="$PATH" HOME=/home/node ${image.join(' ')} "\${variables[@]}" \\
  '${process.execPath}' '${CAO}' agent run --contained yes --codex '${codex}' 2> >(cat >&2) | cat
`
  writeFileSync(file, script)
  chmodSync(file, 0o755)
  return file
}
