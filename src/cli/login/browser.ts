/**
 * The browser of the user at the terminal, and whether there is one on this machine.
 *
 * @module
 */
import {spawn} from 'node:child_process'
import {existsSync} from 'node:fs'

/** Where this runs, as far as a browser is concerned. */
export type Place = 'container' | 'desktop' | 'no-display' | 'ssh' | 'wsl'

/** Where {@link findPlace} looks. */
export interface PlaceOptions {
  readonly env: NodeJS.ProcessEnv
  readonly platform: NodeJS.Platform
  /** Whether there is such a file. */
  readonly hasFile?: (file: string) => boolean
}

/** Files that containers have. */
const CONTAINER_FILES = ['/.dockerenv', '/run/.containerenv']

/** Variables that tell the place, the most telling first. */
const VARIABLES: readonly (readonly [Place, readonly string[]])[] = [
  ['ssh', ['SSH_CONNECTION', 'SSH_TTY', 'SSH_CLIENT']],
  ['wsl', ['WSL_DISTRO_NAME', 'WSL_INTEROP']],
  ['container', ['CODESPACES', 'REMOTE_CONTAINERS', 'KUBERNETES_SERVICE_HOST', 'container']],
]

/** Finds out where this runs: where a browser would be seen, and could come back to. */
export function findPlace({env, platform, hasFile = existsSync}: PlaceOptions): Place {
  const told = VARIABLES.find(([, names]) => names.some((name) => env[name]))
  if (told) return told[0]
  if (CONTAINER_FILES.some(hasFile)) return 'container'
  const isDesktop = platform === 'darwin' || platform === 'win32'
  return isDesktop || env['DISPLAY'] || env['WAYLAND_DISPLAY'] ? 'desktop' : 'no-display'
}

/**
 * The one line that helps, where the browser cannot find its way back by itself.
 *
 * @param port The port that waits for the browser.
 */
export function adviseOn(
  place: Place,
  {
    env,
    name,
    port,
    user,
  }: {
    readonly env: NodeJS.ProcessEnv
    readonly name: string
    readonly port: number
    readonly user: string
  },
): string | undefined {
  const device = `\`cao add ${name} --device-auth\``
  if (place === 'ssh') {
    const host = env['SSH_CONNECTION']?.split(' ')[2] ?? '<this machine>'
    return `Over SSH, first run this on your own computer: ssh -L ${port}:localhost:${port} ${user}@${host}\nOr use ${device}, which needs no way back.`
  }
  if (place === 'container') {
    return `In a container, the browser cannot reach port ${port}: use ${device}, or paste the address below.`
  }
  if (place === 'wsl') {
    return `In WSL, the browser of Windows comes back through localhost:${port}. If it cannot, use ${device}.`
  }
  return place === 'no-display'
    ? `There is no display here. ${device} needs no browser on this machine.`
    : undefined
}

/**
 * Opens a page, where that can be done. Whether it worked shows when the user is there.
 *
 * `open` knows the ways of the systems; it has no eye for `BROWSER`, and would start a browser in a container or over
 * SSH that nobody sees.
 */
export async function openBrowser(
  url: URL,
  {place, env}: Pick<PlaceOptions, 'env'> & {readonly place: Place},
): Promise<void> {
  const named = env['BROWSER']?.split(':')[0]?.trim()
  if (named) {
    const child = spawn(named, [url.href], {stdio: 'ignore', detached: true})
    child.on('error', () => undefined).unref()
    return
  }
  if (place !== 'desktop' && place !== 'wsl') return
  const {openPage} = await import('./open-page.ts')
  // The address is on the terminal as well.
  await openPage(url.href).catch(() => undefined)
}
