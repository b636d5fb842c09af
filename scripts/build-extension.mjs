/** Builds the extension for VS Code: the folder `dist/vscode`, which an editor can load as it is. */
import {cpSync, mkdirSync, rmSync, writeFileSync} from 'node:fs'
import {build} from 'esbuild'
import {partsApart} from './parts-apart.mjs'

const FOLDER = 'dist/vscode'

/** The most that the editor has to load, in bytes. */
const BUDGET_BYTES = 305_000

/** What is only loaded when a user asks for it, by the names of the bundles. */
const PARTS = {
  panel: 'src/hosts/vscode/panel/panel-part.ts',
  'prove-id-token': 'src/oauth/app/prove-id-token.ts',
  socket: 'src/responses/transport/websocket/socket-part.ts',
}

/**
 * @param {import('esbuild').BuildOptions} product How all that people load is built.
 * @param {{version: string, license: string}} packageJson
 */
export async function buildExtension(product, packageJson) {
  rmSync(FOLDER, {recursive: true, force: true})
  mkdirSync(FOLDER, {recursive: true})
  const {metafile} = await build({
    ...product,
    // The editor's loader knows `require('vscode')` in every version.
    format: 'cjs',
    // A CommonJS file is only strict when it says so.
    banner: {js: `${product.banner?.['js'] ?? ''}\n"use strict";`},
    entryPoints: {extension: 'src/vscode.ts', ...PARTS},
    plugins: [partsApart(PARTS), ...(product.plugins ?? [])],
    outdir: FOLDER,
    external: ['vscode'],
  })
  const bytes = metafile?.outputs[`${FOLDER}/extension.js`]?.bytes ?? Infinity
  console.log(`${FOLDER}/extension.js: ${bytes} of ${BUDGET_BYTES} bytes`)
  if (bytes > BUDGET_BYTES) process.exitCode = 1

  const {createManifest} = /** @type {typeof import('../src/hosts/vscode/manifest.ts')} */ (
    await load('src/hosts/vscode/manifest.ts')
  )
  const manifest = createManifest(packageJson)
  writeFileSync(`${FOLDER}/package.json`, `${JSON.stringify(manifest, undefined, 2)}\n`)
  cpSync('src/hosts/vscode/extension', FOLDER, {recursive: true})
  // The marketplace knows what it is by its name.
  cpSync('LICENSE', `${FOLDER}/LICENSE.txt`)
  cpSync('assets/icon.png', `${FOLDER}/icon.png`)
  cpSync('assets/vscode-chat.png', `${FOLDER}/chat.png`)
}

/**
 * Builds its tests: what starts the editor, and what runs inside.
 *
 * @param {import('esbuild').BuildOptions} common
 */
export async function buildExtensionTests(common) {
  await build({
    ...common,
    entryPoints: {
      'vscode-test': 'test/vscode/run.ts',
      'vscode-open': 'test/vscode/open.ts',
      'vscode-bench': 'test/vscode/bench/bench.ts',
    },
    outdir: 'build',
    packages: 'external',
  })
  await build({
    ...common,
    format: 'cjs',
    entryPoints: {
      index: 'test/vscode/suite/index.ts',
      'two-windows': 'test/vscode/suite/two-windows.ts',
      activation: 'test/vscode/bench/activation-suite.ts',
      'first-part': 'test/vscode/bench/first-part-suite.ts',
    },
    outdir: 'build/vscode-suite',
    outExtension: {'.js': '.cjs'},
    external: ['vscode'],
  })
}

/**
 * Loads a module that is not JavaScript yet.
 *
 * @param {string} file
 * @returns {Promise<unknown>}
 */
async function load(file) {
  const {outputFiles} = await build({
    entryPoints: [file],
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
  })
  const text = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64')
  return import(`data:text/javascript;base64,${text}`)
}
