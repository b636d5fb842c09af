/** Where npm has another version of Node. */
export interface NodePackage {
  readonly name: string
  /** Its program, from the folder of the package. */
  readonly program: string
}

/**
 * The package with Node for a machine. Windows is called `win`. For Macs, npm has few versions (looked up on
 * 2026-11-30).
 */
export function toNodePackage(platform: NodeJS.Platform, arch: string): NodePackage {
  if (platform === 'win32') return {name: `node-win-${arch}`, program: 'bin/node.exe'}
  return {name: `node-${platform}-${arch}`, program: 'bin/node'}
}
