import {expect, test} from 'vitest'
import {listModelVariants} from '../../src/models/model-variant.ts'

test('there are 22 variants with the names, efforts and sizes users already know', () => {
  const rows = listModelVariants().map(({id, name, effort, model}) => [
    id,
    name,
    model.id,
    effort,
    model.contextWindow,
    model.maxOutputTokens,
  ])

  expect(rows).toEqual([
    ['gpt-5.2', 'GPT-5.2', 'gpt-5.2', 'none', 128_000, undefined],
    ['gpt-5.2-low', 'GPT-5.2 (Low Reasoning)', 'gpt-5.2', 'low', 128_000, undefined],
    ['gpt-5.2-medium', 'GPT-5.2 (Medium Reasoning)', 'gpt-5.2', 'medium', 128_000, undefined],
    ['gpt-5.2-high', 'GPT-5.2 (High Reasoning)', 'gpt-5.2', 'high', 128_000, undefined],
    ['gpt-5.2-xhigh', 'GPT-5.2 (XHigh Reasoning)', 'gpt-5.2', 'xhigh', 128_000, undefined],
    ['gpt-5.2-codex', 'GPT-5.2 Codex', 'gpt-5.2-codex', 'medium', 272_000, 128_000],
    [
      'gpt-5.2-codex-low',
      'GPT-5.2 Codex (Low Reasoning)',
      'gpt-5.2-codex',
      'low',
      272_000,
      128_000,
    ],
    [
      'gpt-5.2-codex-high',
      'GPT-5.2 Codex (High Reasoning)',
      'gpt-5.2-codex',
      'high',
      272_000,
      128_000,
    ],
    [
      'gpt-5.2-codex-xhigh',
      'GPT-5.2 Codex (XHigh Reasoning)',
      'gpt-5.2-codex',
      'xhigh',
      272_000,
      128_000,
    ],
    ['gpt-5.1-codex-max', 'GPT-5.1 Codex Max', 'gpt-5.1-codex-max', 'high', 200_000, 64_000],
    [
      'gpt-5.1-codex-max-low',
      'GPT-5.1 Codex Max (Low Reasoning)',
      'gpt-5.1-codex-max',
      'low',
      200_000,
      64_000,
    ],
    [
      'gpt-5.1-codex-max-medium',
      'GPT-5.1 Codex Max (Medium Reasoning)',
      'gpt-5.1-codex-max',
      'medium',
      200_000,
      64_000,
    ],
    [
      'gpt-5.1-codex-max-xhigh',
      'GPT-5.1 Codex Max (XHigh Reasoning)',
      'gpt-5.1-codex-max',
      'xhigh',
      200_000,
      64_000,
    ],
    ['gpt-5.1-codex', 'GPT-5.1 Codex', 'gpt-5.1-codex', 'medium', 200_000, 64_000],
    ['gpt-5.1-codex-low', 'GPT-5.1 Codex (Low Reasoning)', 'gpt-5.1-codex', 'low', 200_000, 64_000],
    [
      'gpt-5.1-codex-high',
      'GPT-5.1 Codex (High Reasoning)',
      'gpt-5.1-codex',
      'high',
      200_000,
      64_000,
    ],
    ['gpt-5.1-codex-mini', 'GPT-5.1 Codex Mini', 'gpt-5.1-codex-mini', 'medium', 128_000, 32_000],
    [
      'gpt-5.1-codex-mini-high',
      'GPT-5.1 Codex Mini (High Reasoning)',
      'gpt-5.1-codex-mini',
      'high',
      128_000,
      32_000,
    ],
    ['gpt-5.1', 'GPT-5.1', 'gpt-5.1', 'none', 128_000, undefined],
    ['gpt-5.1-low', 'GPT-5.1 (Low Reasoning)', 'gpt-5.1', 'low', 128_000, undefined],
    ['gpt-5.1-medium', 'GPT-5.1 (Medium Reasoning)', 'gpt-5.1', 'medium', 128_000, undefined],
    ['gpt-5.1-high', 'GPT-5.1 (High Reasoning)', 'gpt-5.1', 'high', 128_000, undefined],
  ])
})
