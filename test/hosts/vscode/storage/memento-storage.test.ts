import {expect, test} from 'vitest'
import type * as vscode from 'vscode'
import {createMementoStorage} from '../../../../src/hosts/vscode/storage/memento-storage.ts'
import {rejectionOf} from '../../../support/rejection.ts'

/** The editor's storage: `undefined` takes a key away. */
function createMemento() {
  const values = new Map<string, unknown>()
  const memento = {
    keys: () => [...values.keys()],
    get: (key: string) => values.get(key),
    update: async (key: string, value: unknown) => {
      if (value === undefined) values.delete(key)
      else values.set(key, value)
    },
  }
  return {values, memento: memento as vscode.Memento}
}

test('what is set is found, until it is deleted', async () => {
  const {memento} = createMemento()
  const storage = createMementoStorage(memento)
  expect(await storage.get('usage')).toBe(undefined)
  await storage.set('usage', '{"at":1}')
  expect(await storage.get('usage')).toBe('{"at":1}')
  await storage.delete('usage')
  expect(await storage.get('usage')).toBe(undefined)
  expect(memento.keys()).toEqual([])
})

test('a window finds what another has set', async () => {
  const {memento} = createMemento()
  await createMementoStorage(memento).set('usage', 'new')
  expect(await createMementoStorage(memento).get('usage')).toBe('new')
})

test('whoever sets a value hears that it could not be kept', async () => {
  const {memento} = createMemento()
  memento.update = () => Promise.reject(new Error('The disk is full'))
  const storage = createMementoStorage(memento)
  expect((await rejectionOf(storage.set('usage', 'new'))).message).toBe('The disk is full')
  expect((await rejectionOf(storage.delete('usage'))).message).toBe('The disk is full')
})
