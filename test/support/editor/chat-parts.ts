import type {ChatParts} from '../../../src/hosts/vscode/vscode-api.ts'

/** The editor's classes of parts, as far as messages and answers go. */
export const chatParts = {
  LanguageModelTextPart: class {
    value: string
    constructor(value: string) {
      this.value = value
    }
  },
  LanguageModelDataPart: class {
    data: Uint8Array
    mimeType: string
    constructor(data: Uint8Array, mimeType: string) {
      this.data = data
      this.mimeType = mimeType
    }
  },
  LanguageModelPromptTsxPart: class {
    value: unknown
    constructor(value: unknown) {
      this.value = value
    }
  },
  LanguageModelThinkingPart: class {
    value: string
    id: string | undefined
    metadata: unknown
    constructor(value: string, id?: string, metadata?: unknown) {
      this.value = value
      this.id = id
      this.metadata = metadata
    }
  },
  LanguageModelToolCallPart: class {
    callId: string
    name: string
    input: object
    constructor(callId: string, name: string, input: object) {
      this.callId = callId
      this.name = name
      this.input = input
    }
  },
  LanguageModelToolResultPart: class {
    callId: string
    content: unknown[]
    constructor(callId: string, content: unknown[]) {
      this.callId = callId
      this.content = content
    }
  },
} as unknown as ChatParts

/** Whether a part is one of the empty texts with which a batch is filled; see `part-pacer.ts`. */
export function isFiller(part: unknown): boolean {
  return JSON.stringify(part) === '{"value":""}'
}
