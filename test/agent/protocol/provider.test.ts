import {describe, expect, test} from 'vitest'
import {parseContainerInput} from '../../../src/agent/protocol/container-input.ts'
import {OutputParser, toMarkedOutput} from '../../../src/agent/protocol/container-output.ts'
import {toSandboxSettings} from '../../../src/agent/protocol/policy.ts'
import {
  mergeGroup,
  normalizeGroup,
  parseProviderConfig,
  resolveProvider,
} from '../../../src/agent/protocol/provider.ts'

describe('the provider of a run', () => {
  test.each([
    [{}, 'claude'],
    [{session: 'codex', group: 'claude', instanceDefault: 'claude'}, 'codex'],
    [{session: '', group: 'codex', instanceDefault: 'claude'}, 'codex'],
    [{session: null, group: undefined, instanceDefault: 'codex'}, 'codex'],
  ] as const)('%j is %s', (choice, provider) => {
    expect(resolveProvider(choice)).toBe(provider)
  })

  test.each(['Codex', 'gemini', 7, {}])('%j is refused in words', (group) => {
    expect(() => resolveProvider({group})).toThrow(/must be one of “claude”, “codex”\.$/)
  })
})

describe('a registered group', () => {
  const record = {
    name: 'Dev Team',
    folder: 'dev-team',
    trigger: '@Andy',
    added_at: '2026-01-31T12:00:00Z',
    containerConfig: {timeout: 600_000},
    somethingElse: [1],
  }

  test('is one of claude by default, and keeps what is not known', () => {
    expect(normalizeGroup(record)).toEqual({...record, provider: 'claude'})
  })

  test('keeps its provider when it is registered again', () => {
    const before = {...record, provider: 'codex', providerConfig: {codex: {approvalPolicy: 'full'}}}
    const again = {name: 'Devs', folder: 'dev-team', trigger: '@Andy', containerConfig: undefined}
    expect(mergeGroup(before, again)).toEqual({...before, name: 'Devs'})
    expect(mergeGroup(undefined, again)).toMatchObject({name: 'Devs', provider: 'claude'})
  })

  test('is refused with a word that there is not', () => {
    expect(() => parseProviderConfig({codex: {approvalPolicy: 'yolo'}})).toThrow(
      'The setting providerConfig.codex.approvalPolicy of this group is “yolo”. It must be one of “auto”, “readonly”, “full”.',
    )
    expect(() => parseProviderConfig({codex: {model: '--config'}})).not.toThrow()
    expect(() => parseProviderConfig({codex: {model: 'a b'}})).toThrow(/name of a model/)
  })
})

describe('the input of a container', () => {
  const input = {
    prompt: 'hello',
    groupFolder: 'dev-team',
    chatJid: '1@g.us',
    isMain: true,
    later: 1,
  }

  test('is read, with defaults for what older hosts do not send', () => {
    expect(parseContainerInput(JSON.stringify(input))).toEqual({
      prompt: 'hello',
      groupFolder: 'dev-team',
      chatJid: '1@g.us',
      isMain: true,
      isScheduledTask: false,
      secrets: {},
      provider: 'claude',
      providerConfig: {},
    })
  })

  test.each([
    ['', /not a JSON object/],
    [JSON.stringify({...input, prompt: ' '}), /no prompt/],
    [JSON.stringify({...input, groupFolder: '../main'}), /folder of the group/],
    [JSON.stringify({...input, groupFolder: '.'}), /folder of the group/],
    [JSON.stringify({...input, chatJid: 7}), /no chatJid/],
  ])('%j is refused', (text, message) => {
    expect(() => parseContainerInput(text)).toThrow(message)
  })
})

describe('the output of a container', () => {
  const output = {status: 'success', result: 'line\n---', newSessionId: 't1'} as const

  test('is found in noise, in pieces of any size, and more than once', () => {
    const text = `npm notice\n${toMarkedOutput(output)}noise\n${toMarkedOutput({status: 'error', result: null, error: 'no'})}`
    for (const size of [1, 7, 1000]) {
      const parser = new OutputParser()
      const found = []
      for (let at = 0; at < text.length; at += size)
        found.push(...parser.push(text.slice(at, at + size)))
      expect(found).toEqual([output, {status: 'error', result: null, error: 'no'}])
      expect(parser.end()).toBeUndefined()
    }
  })

  test('is the last line of a program without marks', () => {
    const parser = new OutputParser()
    parser.push('starting\n{"status":"success",')
    parser.push('"result":"hi"}\n')
    expect(parser.end()).toEqual({status: 'success', result: 'hi'})
  })

  test('is an error when nobody can read it', () => {
    const parser = new OutputParser()
    const [found] = parser.push(
      '---NANOCLAW_OUTPUT_START---\n{"status":\n---NANOCLAW_OUTPUT_END---\n',
    )
    expect(found).toMatchObject({status: 'error', code: 'crashed', notice: 'unsent'})
    expect(new OutputParser().end()).toBeUndefined()
  })
})

describe('a policy', () => {
  const place = {ipcFolder: '/workspace/ipc', isContained: false}

  test('of auto writes to the host and to nothing else, unless a container is around it', () => {
    expect(toSandboxSettings('auto', place)).toEqual({
      approvalPolicy: 'never',
      sandboxMode: 'workspace-write',
      writableRoots: ['/workspace/ipc'],
      networkAccess: true,
      canWriteFiles: true,
    })
    expect(toSandboxSettings('auto', {...place, isContained: true}).sandboxMode).toBe(
      'danger-full-access',
    )
  })

  test('of readonly is never widened', () => {
    for (const isContained of [true, false]) {
      expect(toSandboxSettings('readonly', {...place, isContained})).toMatchObject({
        sandboxMode: 'read-only',
        canWriteFiles: false,
        networkAccess: false,
      })
    }
    expect(toSandboxSettings('full', place).sandboxMode).toBe('danger-full-access')
  })
})
