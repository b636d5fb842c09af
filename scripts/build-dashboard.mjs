/** Builds the page of the gateway: three files that the gateway serves as they are. */
import {cpSync} from 'node:fs'
import {build} from 'esbuild'

const SOURCE = 'src/gateway/dashboard'
const TARGET = 'dist/dashboard'

/**
 * @param {import('esbuild').BuildOptions} product How everything that users load is built.
 */
export async function buildDashboard({banner: _banner, plugins: _plugins, ...product}) {
  await build({
    ...product,
    entryPoints: [`${SOURCE}/dashboard.tsx`, `${SOURCE}/dashboard.css`],
    outdir: TARGET,
    platform: 'browser',
    // They know `light-dark()`.
    target: ['chrome123', 'firefox120', 'safari17.5'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
  })
  cpSync(`${SOURCE}/index.html`, `${TARGET}/index.html`)
}
