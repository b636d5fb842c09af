import {expect, test} from 'vitest'
import {findPlace} from '../../../src/cli/login/browser.ts'

test.each([
  ['ssh', {SSH_CONNECTION: '10.0.0.1 5 10.0.0.2 22', DISPLAY: ':0'}, 'linux', false],
  ['wsl', {WSL_DISTRO_NAME: 'Ubuntu', DISPLAY: ':0'}, 'linux', false],
  ['container', {DISPLAY: ':0'}, 'linux', true],
  ['container', {CODESPACES: 'true'}, 'linux', false],
  ['desktop', {WAYLAND_DISPLAY: 'wayland-0'}, 'linux', false],
  ['desktop', {}, 'darwin', false],
  ['desktop', {}, 'win32', false],
  ['no-display', {}, 'linux', false],
] as const)('finds %s', (place, env, platform, isContainer) => {
  expect(findPlace({env, platform, hasFile: () => isContainer})).toBe(place)
})
