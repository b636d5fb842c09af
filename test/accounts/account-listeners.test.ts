import {expect, test} from 'vitest'
import {createAccountListeners} from '../../src/accounts/account-listeners.ts'

test('whoever tells of a change waits until everybody has dealt with it', async () => {
  const listeners = createAccountListeners()
  const done: string[] = []
  listeners.watch(async () => void done.push('at once'))
  listeners.watch(async () => {
    await Promise.resolve()
    done.push('later')
  })

  await listeners.notify()

  expect(done).toEqual(['at once', 'later'])
})

test('who no longer watches hears no more, though another watches with the same function', async () => {
  const listeners = createAccountListeners()
  const heard: string[] = []
  const listener = async () => void heard.push('change')
  const unwatch = listeners.watch(listener)
  listeners.watch(listener)

  unwatch()
  unwatch()
  await listeners.notify()

  expect(heard).toEqual(['change'])
})
