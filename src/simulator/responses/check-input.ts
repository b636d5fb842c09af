/**
 * What the backend refuses in `input`.
 *
 * @module
 */
import {answerDetail, answerError} from '../backend-answer.ts'
import {checkItem} from './check-item.ts'
import {isEncryptedFor} from './encrypted-content.ts'
import {itemType, type InputItem} from './responses-request.ts'

/** Looks at the input and says no, or nothing. */
type InputCheck = (input: readonly InputItem[], accountId: string) => Response | undefined

/** Calls that a client has to answer, and the items that answer them. */
const OUTPUT_OF_CALL: Readonly<Record<string, string>> = {
  function_call: 'function_call_output',
  custom_tool_call: 'custom_tool_call_output',
  local_shell_call: 'local_shell_call_output',
}

const CHECKS: readonly InputCheck[] = [
  checkIsSomething,
  checkRoles,
  checkReferences,
  checkAssistantContent,
  checkItems,
  checkUniqueIds,
  checkOutputsHaveCalls,
  checkCallsHaveOutputs,
  checkEncryptedContent,
]

/** The backend's refusal of this input; `undefined` when it accepts it. */
export function checkInput(input: readonly InputItem[], accountId: string): Response | undefined {
  for (const check of CHECKS) {
    const refusal = check(input, accountId)
    if (refusal) return refusal
  }
  return undefined
}

function checkIsSomething(input: readonly InputItem[]): Response | undefined {
  if (input.length > 0) return undefined
  const message = "Invalid 'input': empty array. Expected an array with minimum length 1."
  return answerError(400, {message, code: 'empty_array', param: 'input'})
}

function checkItems(input: readonly InputItem[]): Response | undefined {
  for (const [index, item] of input.entries()) {
    const refusal = checkItem(item, index)
    if (refusal) return refusal
  }
  return undefined
}

function checkUniqueIds(input: readonly InputItem[]): Response | undefined {
  const seen = new Set<string>()
  for (const {id} of input) {
    if (typeof id !== 'string') continue
    if (seen.has(id)) {
      const message = `Duplicate item found with id ${id}. Remove duplicate items from your input and try again.`
      return answerError(400, {message, code: null, param: 'input'})
    }
    seen.add(id)
  }
  return undefined
}

function checkRoles(input: readonly InputItem[]): Response | undefined {
  const hasSystem = input.some(({role}) => role === 'system')
  return hasSystem ? answerDetail(400, 'System messages are not allowed') : undefined
}

function checkReferences(input: readonly InputItem[]): Response | undefined {
  const reference = input.find((item) => itemType(item) === 'item_reference')
  if (!reference) return undefined
  const message =
    `Item with id '${reference.id}' not found. Items are not persisted when \`store\` is set to ` +
    'false. Try again with `store` set to true, or remove this item from your input.'
  return answerError(404, {message, code: null, param: 'input'})
}

function checkAssistantContent(input: readonly InputItem[]): Response | undefined {
  for (const [index, {role, content}] of input.entries()) {
    if (role !== 'assistant' || !Array.isArray(content)) continue
    const part = content.findIndex(({type}) => type !== 'output_text' && type !== 'refusal')
    if (part === -1) continue
    const message = `Invalid value: '${content[part]?.type}'. Supported values are: 'output_text' and 'refusal'.`
    return answerError(400, {
      message,
      code: 'invalid_value',
      param: `input[${index}].content[${part}]`,
    })
  }
  return undefined
}

function checkOutputsHaveCalls(input: readonly InputItem[]): Response | undefined {
  const calls = callIds(input, Object.keys(OUTPUT_OF_CALL))
  const orphan = findCallIdOutside(input, Object.values(OUTPUT_OF_CALL), calls)
  if (orphan === undefined) return undefined
  const message = `No tool call found for function call output with call_id ${orphan}.`
  return answerError(400, {message, code: null, param: 'input'})
}

function checkCallsHaveOutputs(input: readonly InputItem[]): Response | undefined {
  const outputs = callIds(input, Object.values(OUTPUT_OF_CALL))
  const open = findCallIdOutside(input, Object.keys(OUTPUT_OF_CALL), outputs)
  if (open === undefined) return undefined
  const message = `No tool output found for function call ${open}.`
  return answerError(400, {message, code: null, param: 'input'})
}

function callIds(input: readonly InputItem[], types: readonly string[]): ReadonlySet<string> {
  const items = input.filter((item) => types.includes(itemType(item)))
  return new Set(items.flatMap(({call_id: callId}) => callId ?? []))
}

function findCallIdOutside(
  input: readonly InputItem[],
  types: readonly string[],
  known: ReadonlySet<string>,
): string | undefined {
  const item = input.find((one) => types.includes(itemType(one)) && !known.has(one.call_id ?? ''))
  return item && (item.call_id ?? '(none)')
}

function checkEncryptedContent(
  input: readonly InputItem[],
  accountId: string,
): Response | undefined {
  const foreign = input.find(
    ({encrypted_content: content}) => content && !isEncryptedFor(accountId, content),
  )
  if (!foreign) return undefined
  const content = foreign.encrypted_content ?? ''
  const message = `The encrypted content ${content.slice(0, 4)}...${content.slice(-4)} could not be verified.`
  return answerError(400, {message, code: 'invalid_encrypted_content'})
}
