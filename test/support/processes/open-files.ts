import {readdirSync, readlinkSync} from 'node:fs'
import path from 'node:path'

/** Which files below `folder` this process has open. Linux only: elsewhere, none. */
export function listOpenFiles(folder: string): readonly string[] {
  const handles = readNames('/proc/self/fd').map((name) => readTarget(`/proc/self/fd/${name}`))
  return handles.filter((file) => file.startsWith(`${folder}${path.sep}`))
}

function readNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** What was open when the names were read may be closed by now. */
function readTarget(link: string): string {
  try {
    return readlinkSync(link)
  } catch {
    return ''
  }
}
