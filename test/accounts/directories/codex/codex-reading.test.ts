import {expect, test} from 'vitest'
import {findReadingProblem} from '../../../../src/accounts/directories/codex/codex-reading.ts'
import {AUTH_FILE_SAMPLES, READ_BY_CODEX} from '../../../support/accounts/auth-file-samples.ts'

test('takes the files that the Codex CLI can read for readable, and no others', () => {
  const readable = Object.entries(AUTH_FILE_SAMPLES)
    .filter(([, sample]) => findReadingProblem(Buffer.from(sample)) === undefined)
    .map(([name]) => name)

  expect(readable).toEqual(READ_BY_CODEX)
})
