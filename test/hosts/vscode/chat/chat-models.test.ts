import {expect, test} from 'vitest'
import {toChatModels} from '../../../../src/hosts/vscode/chat/chat-models.ts'
import {createLiveCatalogue, createStaticCatalogue} from '../../../../src/models/model-catalogue.ts'
import {createModel} from '../../../support/engine/create-model.ts'

const MENU = {models: 'live', efforts: 'menu'} as const

test('before a list came, the six models are shown, and all 22 variants can be asked for', () => {
  const models = toChatModels(createStaticCatalogue(), MENU)
  expect(models).toHaveLength(22)
  expect(models.filter(({isUserSelectable}) => isUserSelectable).map(({id}) => id)).toEqual([
    'gpt-5.2',
    'gpt-5.2-codex',
    'gpt-5.1-codex-max',
    'gpt-5.1-codex',
    'gpt-5.1-codex-mini',
    'gpt-5.1',
  ])
})

test('a model has a menu for its efforts, with its own as the default', () => {
  const models = toChatModels(createStaticCatalogue(), MENU)
  const {configurationSchema} = models.find(({id}) => id === 'gpt-5.2-codex')!
  expect(configurationSchema?.properties['reasoningEffort']).toMatchObject({
    enum: ['low', 'medium', 'high', 'xhigh'],
    enumItemLabels: ['Low', 'Medium', 'High', 'Extra High'],
    default: 'medium',
    group: 'navigation',
  })
  expect(models.find(({id}) => id === 'gpt-5.2-codex-high')).not.toHaveProperty(
    'configurationSchema',
  )
})

test('what the account does not have is not shown, but can be asked for', () => {
  const catalogue = createLiveCatalogue([createModel({id: 'gpt-9'})])
  const shown = toChatModels(catalogue, MENU).filter(({isUserSelectable}) => isUserSelectable)
  expect(shown.map(({id}) => id)).toEqual(['gpt-9'])
  expect(toChatModels(catalogue, MENU)).toHaveLength(23)
  const all = toChatModels(catalogue, {...MENU, models: 'all'})
  expect(all.filter(({isUserSelectable}) => isUserSelectable)).toHaveLength(7)
})

test('who wants an entry for each effort sees all of them, and no menus', () => {
  const models = toChatModels(createStaticCatalogue(), {...MENU, efforts: 'entries'})
  expect(models.filter(({isUserSelectable}) => isUserSelectable)).toHaveLength(22)
  expect(models.filter(({configurationSchema}) => configurationSchema)).toEqual([])
})
