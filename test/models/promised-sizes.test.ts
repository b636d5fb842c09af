import {expect, test} from 'vitest'
import {toAlmaModels} from '../../src/hosts/alma/provider/alma-models.ts'
import {toChatModels} from '../../src/hosts/vscode/chat/chat-models.ts'
import {createLiveCatalogue, createStaticCatalogue} from '../../src/models/model-catalogue.ts'
import type {ModelCatalogue} from '../../src/models/model-info.ts'
import {createModel} from '../support/engine/create-model.ts'

/** What each editor shows of a model, by its id: what it takes in the chat, and in the list of models. */
function listSizes(catalogue: ModelCatalogue) {
  const alma = toAlmaModels(catalogue, 'all').filter(({id}) => !id.startsWith('gpt-image'))
  const picker = {models: 'all', efforts: 'entries'} as const
  return {
    alma: alma.map(({id, contextWindow}) => [id, contextWindow, contextWindow, contextWindow]),
    vscode: toChatModels(catalogue, picker).map(
      ({id, maxInputTokens, maxContextWindowTokens, maxOutputTokens}) => [
        id,
        maxInputTokens,
        maxContextWindowTokens,
        // VS Code adds them in Manage Language Models.
        maxInputTokens + maxOutputTokens,
      ],
    ),
  }
}

test('a model has the same size in both editors, before and after the account told its list', () => {
  const live = listSizes(
    createLiveCatalogue([
      createModel({id: 'gpt-9', contextWindow: 475_000}),
      createModel({id: 'gpt-5.2-codex'}),
    ]),
  )
  const before = listSizes(createStaticCatalogue())

  expect(live.vscode).toEqual(live.alma)
  expect(live.vscode).toContainEqual(['gpt-9', 475_000, 475_000, 475_000])
  expect(live.vscode).toContainEqual(['gpt-5.2-codex-high', 258_400, 258_400, 258_400])
  expect(before.vscode).toEqual(before.alma)
  expect(before.vscode).toContainEqual(['gpt-5.1-codex-mini', 128_000, 128_000, 128_000])
  expect(before.vscode).toContainEqual(['gpt-5.1', 128_000, 128_000, 128_000])
})
