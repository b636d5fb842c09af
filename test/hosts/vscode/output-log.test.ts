import {expect, test} from 'vitest'
import type * as vscode from 'vscode'
import {createOutputLog} from '../../../src/hosts/vscode/output-log.ts'

test('every level is that of the editor, and the fields follow the message', () => {
  const lines: string[] = []
  const write = (level: string) => (message: string) => void lines.push(`${level} ${message}`)
  const channel = {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  }
  const log = createOutputLog(channel as unknown as vscode.LogOutputChannel)
  log.debug('The models were not listed', {status: 503})
  log.info('Ready')
  log.warn('Parts are gone', {changes: [{at: 'input[0]'}]})
  log.error('It failed', {name: 'ERR_STORAGE', account: undefined})
  expect(lines).toEqual([
    'debug The models were not listed {"status":503}',
    'info Ready',
    'warn Parts are gone {"changes":[{"at":"input[0]"}]}',
    'error It failed {"name":"ERR_STORAGE"}',
  ])
})
