import type {QuickPickItem} from 'alma-plugin-api'
import {expect, test} from 'vitest'
import {pick} from '../../../src/hosts/alma/pick.ts'

const ITEMS = [
  {label: 'One', value: {id: 1}},
  {label: 'Two', value: {id: 2}},
]

/** A list in which `answer` is what comes back from the host. */
async function pickWith(answer: unknown) {
  const shown: unknown[] = []
  const showQuickPick = async <Value>(items: QuickPickItem<Value>[]) => {
    shown.push(...items)
    return answer as Value | undefined
  }
  const picked = await pick({showQuickPick}, ITEMS, {title: 'Which?'})
  return {picked, shown}
}

test('only texts are shown, and what the picked item stands for comes back', async () => {
  expect(await pickWith('1')).toEqual({
    picked: {id: 2},
    shown: [
      {label: 'One', value: '0'},
      {label: 'Two', value: '1'},
    ],
  })
})

test.each([undefined, null, '', false, []])(
  'a list that was closed picks nothing, whatever the host says then: %j',
  async (answer) => {
    expect((await pickWith(answer)).picked).toBeUndefined()
  },
)
