import {execFile} from 'node:child_process'
import process from 'node:process'
import {expect, test} from 'vitest'

test('the demo refuses a flag it does not know in one line, and names those it does', async () => {
  const {code, stdout, stderr} = await run('--fast')

  expect({code, stdout}).toEqual({code: 1, stdout: ''})
  expect(stderr).toBe('There is no flag --fast. The demo knows --live.\n')
})

interface Ending {
  readonly code: unknown
  readonly stdout: string
  readonly stderr: string
}

function run(flag: string): Promise<Ending> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['build/demo.js', flag], (error, stdout, stderr) =>
      resolve({code: error?.code ?? 0, stdout, stderr}),
    )
  })
}
