import {readFileSync} from 'node:fs'
import path from 'node:path'
import {expect, test} from 'vitest'

/** The licences of bundled code ask for their text with every copy. */

const DIST = path.resolve(import.meta.dirname, '../dist')

/** Every package that a source map names has code in the bundle. */
function findPackages(bundle: string): string[] {
  const {sources} = JSON.parse(readFileSync(path.join(DIST, `${bundle}.js.map`), 'utf8')) as {
    sources: readonly string[]
  }
  const names = sources.map((source) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1])
  return [...new Set(names.filter((name) => name !== undefined))]
}

test.each(['main', 'cao', 'proxy-fetch', 'simulator', 'vscode/extension'])(
  'beside %s stand the licences of all packages in it',
  (bundle) => {
    const texts = readFileSync(path.join(DIST, `${bundle}.licenses.txt`), 'utf8')
    const packages = findPackages(bundle)

    expect(packages).not.toEqual([])
    const missing = packages.filter((name) => !texts.includes(`${name} `))
    expect(missing).toEqual([])
    expect(texts.match(/copyright/gi)!.length).toBeGreaterThanOrEqual(packages.length)
  },
)
