import {expect, test} from 'vitest'
import {
  findLoginSetting,
  isDrawing,
  isLogin,
  withoutDaemon,
} from '../../../src/cli/run/codex-arguments.ts'

test.each([
  [[], true],
  [['fix the build'], true],
  [['-m', 'gpt-6-sol', 'resume', '--last'], true],
  [['-c', 'model=exec'], true],
  [['exec', 'hello'], false],
  [['-m', 'gpt-6-sol', 'exec', 'hello'], false],
  [['e', 'hello'], false],
  [['login', 'status'], false],
])('%j draws on the terminal: %s', (args, expected) => {
  expect(isDrawing(args)).toBe(expected)
})

test.each([
  [['-c', 'forced_login_method=api', 'exec', 'hello'], 'forced_login_method=api'],
  [['exec', '--config=forced_login_method="api"', 'hello'], 'forced_login_method="api"'],
  [['-cforced_chatgpt_workspace_id=x'], 'forced_chatgpt_workspace_id=x'],
  [
    ['--config', ' "cli_auth_credentials_store" = "auto"'],
    ' "cli_auth_credentials_store" = "auto"',
  ],
  [['-c', 'forced_login_method="chatgpt"', '-c', 'model=x'], undefined],
  [['-c', "cli_auth_credentials_store='file'"], undefined],
  [['exec', '--', '-c', 'forced_login_method=api'], undefined],
])('in %j, %j would end the login', (args, expected) => {
  expect(findLoginSetting(args)).toBe(expected)
})

const OFF = ['--no-daemon']

test.each([
  [[], OFF],
  [
    ['resume', '--last'],
    [...OFF, 'resume', '--last'],
  ],
  [
    ['-c', 'model=x', 'fix it'],
    [...OFF, '-c', 'model=x', 'fix it'],
  ],
  [
    ['exec', 'hello'],
    ['exec', 'hello'],
  ],
  [['--no-daemon'], ['--no-daemon']],
  [
    ['--remote', 'unix://'],
    ['--remote', 'unix://'],
  ],
  [
    ['--enable', 'daemon_auto_start'],
    ['--enable', 'daemon_auto_start'],
  ],
  [['agents'], ['agents']],
])('%j starts as %j', (args, expected) => {
  expect(withoutDaemon(args)).toEqual(expected)
})

test.each([
  [['login'], true],
  [['-c', 'model=x', 'login', '--device-auth'], true],
  [['login', 'status'], false],
  [['login', '--help'], false],
  [['exec', 'login'], false],
])('%j logs in: %s', (args, expected) => {
  expect(isLogin(args)).toBe(expected)
})
