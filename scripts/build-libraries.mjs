/** Builds what other programs import: each library is one file, and its types are in `dist/types`. */
import {execFile} from 'node:child_process'
import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import {promisify} from 'node:util'
import {build} from 'esbuild'

/** By the name of the bundle. `exports` in `package.json` names the bundles, `tsconfig.types.json` the files. */
const LIBRARIES = {
  'agent-library': 'src/agent.ts',
  connector: 'src/connector.ts',
  'connector-client': 'src/connector-client.ts',
}

/** For pages: nothing of Node, and browsers since 2023. */
const CARD = {'codex-account-card': 'src/connector/card/codex-account-card.ts'}

/** @type {import('esbuild').BuildOptions} */
const forBrowsers = {platform: 'browser', target: ['es2022', 'safari16.4'], plugins: []}

const TYPES = 'dist/types'
const WRITTEN = 'node_modules/.cache/types'
const COMPILER = 'node_modules/typescript/bin/tsc'

/** @param {import('esbuild').BuildOptions} product How all that people load is built. */
export async function buildLibraries(product) {
  await Promise.all([
    build({...product, entryPoints: LIBRARIES, outdir: 'dist'}),
    build({...product, ...forBrowsers, entryPoints: CARD, outdir: 'dist'}),
    buildTypes(),
  ])
}

/** The compiler keeps what it wrote, so that it writes only what has changed. Declarations of a source that is gone stay there. */
async function buildTypes() {
  await promisify(execFile)(process.execPath, [COMPILER, '-p', 'tsconfig.types.json'])
  rmSync(TYPES, {recursive: true, force: true})
  for (const entry of readdirSync(WRITTEN, {recursive: true, encoding: 'utf8'})) {
    if (!entry.endsWith('.d.ts')) continue
    if (!existsSync(path.join('src', entry.replace(/\.d\.ts$/, '.ts')))) continue
    const text = readFileSync(path.join(WRITTEN, entry), 'utf8')
    const file = path.join(TYPES, entry)
    mkdirSync(path.dirname(file), {recursive: true})
    // Compilers before TypeScript 5.7 find no declarations behind the ending of a source.
    writeFileSync(file, text.replaceAll(/'(\.{1,2}\/[^']+)\.ts'/g, "'$1.js'"))
  }
}
