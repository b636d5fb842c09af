import {readFileSync, statSync} from 'node:fs'
import path from 'node:path'
import {expect, test} from 'vitest'
import {makeCaoHome} from '../support/cao/run-cao.ts'

const KEYS = ['gateway', 'keys'] as const

test('a key is shown once, listed without what opens anything, and revoked by its name', async () => {
  const cao = makeCaoHome()
  const file = path.join(cao.base, 'gateway.keys.json')
  const options = [
    '--class',
    'background',
    '--models',
    'gpt-5.5,gpt-5.4',
    '--expires-in-days',
    '30',
  ]

  const added = await cao.run([...KEYS, 'add', 'nightly', ...options])
  expect(added).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^cao_[\w-]{43}\n$/) as string,
    stderr: expect.stringContaining('only time that the key is shown') as string,
  })
  const secret = added.stdout.trim().slice(4)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readFileSync(file, 'utf8')).not.toContain(secret)

  const {stdout: line} = await cao.run([...KEYS, 'list'])
  expect(line).toMatch(
    /^[\da-f]{8} nightly \| background \| for: answers, images \| models: gpt-5\.5, gpt-5\.4 \| expires: in 29d 23h \| last used: never\n$/,
  )
  const {stdout: json} = await cao.run([...KEYS, 'list', '--json'])
  expect(JSON.parse(json)).toMatchObject([{name: 'nightly', models: ['gpt-5.5', 'gpt-5.4']}])
  expect(json).not.toContain('hash')

  expect((await cao.run([...KEYS, 'revoke', 'nightly'])).stdout).toMatch(
    /^Client key revoked: nightly \([\da-f]{8}\)\n$/,
  )
  expect((await cao.run([...KEYS, 'list'])).stdout).toContain('No client keys yet.')
})

test('what cannot be a key is refused in one sentence', async () => {
  const cao = makeCaoHome()
  await cao.run([...KEYS, 'add', 'laptop'])

  const results = await Promise.all([
    cao.run([...KEYS, 'add', 'laptop']),
    cao.run([...KEYS, 'add', 'a b']),
    cao.run([...KEYS, 'add', 'x', '--scopes', 'answers,everything']),
    cao.run([...KEYS, 'revoke', 'nobody']),
  ])

  expect(results.map(({code}) => code)).toEqual([1, 1, 1, 1])
  expect(results.map(({stderr}) => stderr.split('\n')[0])).toEqual([
    'Error: There is already a client key called laptop.',
    'Error: The name of a key has at most 64 letters, digits and . _ @ -.',
    'Error: --scopes takes answers, images, codex, accounts, with commas in between.',
    'Error: There is no client key nobody.',
  ])
})
