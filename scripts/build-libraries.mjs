/** Builds what other programs import: each library is one file, and its types are in `dist/types`. */
import {execFile} from 'node:child_process'
import {readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
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
const COMPILER = 'node_modules/typescript/bin/tsc'

/** @param {import('esbuild').BuildOptions} product How all that people load is built. */
export async function buildLibraries(product) {
  await Promise.all([
    build({...product, entryPoints: LIBRARIES, outdir: 'dist'}),
    build({...product, ...forBrowsers, entryPoints: CARD, outdir: 'dist'}),
    buildTypes(),
  ])
}

async function buildTypes() {
  rmSync(TYPES, {recursive: true, force: true})
  await promisify(execFile)(process.execPath, [COMPILER, '-p', 'tsconfig.types.json'])
  for (const entry of readdirSync(TYPES, {recursive: true, encoding: 'utf8'})) {
    if (!entry.endsWith('.d.ts')) continue
    const file = path.join(TYPES, entry)
    // Compilers before TypeScript 5.7 find no declarations behind the ending of a source.
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/'(\.{1,2}\/[^']+)\.ts'/g, "'$1.js'"))
  }
}
