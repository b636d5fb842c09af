import process from 'node:process'
import {expect, test} from 'vitest'
import {toCommand} from '../../../src/cli/codex/to-command.ts'

/** How Windows is told to start the CLI. Never run there: what is tested is what it would be told. */

const WINDOWS = {
  env: {ComSpec: String.raw`C:\Windows\system32\cmd.exe`},
  platform: 'win32' as const,
  exists: async () => false,
}

test('behind the batch file of npm, the program itself is started', async () => {
  const asked: string[] = []
  const exists = async (file: string) => asked.push(file) > 0

  const command = await toCommand(String.raw`C:\npm\codex.cmd`, ['exec', 'say "50 %" & more'], {
    ...WINDOWS,
    exists,
  })

  const entry = String.raw`C:\npm\node_modules\@openai\codex\bin\codex.js`
  expect(command).toEqual({
    file: process.execPath,
    args: [entry, 'exec', 'say "50 %" & more'],
  })
  expect(asked).toEqual([entry])
})

test.each([
  ['plain', '^^^"plain^^^"'],
  ['a b', '^^^"a^^^ b^^^"'],
  ['a&calc', '^^^"a^^^&calc^^^"'],
  ['%PATH%', '^^^"^^^%PATH^^^%^^^"'],
  ['say "hi"', String.raw`^^^"say^^^ \^^^"hi\^^^"^^^"`],
  [String.raw`ends with \ `.trim(), String.raw`^^^"ends^^^ with^^^ \\^^^"`],
  ['', '^^^"^^^"'],
])('the argument %j reaches another batch file as it is', async (arg, quoted) => {
  expect(await toCommand(String.raw`C:\Program Files\codex.CMD`, [arg], WINDOWS)).toEqual({
    file: String.raw`C:\Windows\system32\cmd.exe`,
    args: ['/d', '/s', '/c', String.raw`"C:\Program^ Files\codex.CMD ${quoted}"`],
    windowsVerbatimArguments: true,
  })
})

test.each(['a\nb', 'a\r\nb'])('the argument %j cannot reach a batch file', async (arg) => {
  await expect(toCommand('codex.bat', [arg], WINDOWS)).rejects.toThrow(
    'codex.bat is a batch file, and those take no argument with a line break.',
  )
})

test.each([
  ['win32', String.raw`C:\codex.exe`],
  ['linux', '/usr/bin/codex.cmd'],
] as const)('on %s, %s is started as it is', async (platform, file) => {
  expect(await toCommand(file, ['a&b'], {...WINDOWS, platform})).toEqual({file, args: ['a&b']})
})
