import type {ModelInfo} from '../../../src/models/model-info.ts'

/** A model as a live catalogue has it; the test names what matters to it. */
export function createModel(model: Partial<ModelInfo> & Pick<ModelInfo, 'id'>): ModelInfo {
  return {
    name: model.id.toUpperCase(),
    efforts: ['low', 'medium', 'high'],
    contextWindow: 258_400,
    maxOutputTokens: 128_000,
    vision: true,
    verbosity: true,
    fast: true,
    lite: false,
    listed: true,
    ...model,
  }
}
