/**
 * `POST /backend-api/codex/images/generations` and `…/edits`.
 *
 * @module
 */
import * as z from 'zod'
import {authenticate} from '../auth/authenticate.ts'
import {answerDetail, answerError} from '../backend-answer.ts'
import {drawPng} from './draw-png.ts'
import {parseJson} from '../parse-json.ts'
import type {Exchange, Simulation} from '../state/simulation.ts'
import {spendUsage} from '../usage/usage-report.ts'

const model = z.enum(['gpt-image-1.5', 'gpt-image-2'])
const size = z.string().regex(/^\d{3,4}x\d{3,4}$/)

const generationSchema = z.strictObject({model, prompt: z.string().min(1), size: size.optional()})

const editSchema = generationSchema.extend({
  images: z
    .array(z.strictObject({image_url: z.string().startsWith('data:image/')}))
    .min(1)
    .max(16),
})

/** Draws an image. */
export function answerImageGeneration(
  exchange: Exchange,
  simulation: Simulation,
): Promise<Response> {
  return answerImage(exchange, simulation, generationSchema)
}

/** Draws an image instead of those that came. */
export function answerImageEdit(exchange: Exchange, simulation: Simulation): Promise<Response> {
  return answerImage(exchange, simulation, editSchema)
}

async function answerImage(
  exchange: Exchange,
  simulation: Simulation,
  schema: typeof editSchema | typeof generationSchema,
): Promise<Response> {
  const account = await authenticate(exchange, simulation)
  if (account instanceof Response) return account
  const body = parseJson(exchange.body)
  exchange.record.body = body
  const parsed = schema.safeParse(body)
  if (!parsed.success) return refuse(parsed.error)
  const nowMs = simulation.now()
  const refusal = spendUsage(account, nowMs)
  if (refusal) return refusal
  const [width = 1024, height = 1024] = parsed.data.size?.split('x').map(Number) ?? []
  const png = drawPng({width, height, text: JSON.stringify(parsed.data)})
  return Response.json({
    created: Math.floor(nowMs / 1000),
    data: [{b64_json: png.toString('base64')}],
  })
}

/** Fields that are not on the list get the flat envelope, wrong values the rich one. */
function refuse({issues}: z.ZodError): Response {
  const [issue] = issues
  if (issue?.code === 'unrecognized_keys') {
    return answerDetail(400, `Unsupported parameter: ${issue.keys[0]}`)
  }
  const param = issue?.path.join('.') ?? null
  return answerError(400, {
    message: `Invalid value: '${param}'. ${issue?.message ?? ''}`,
    code: 'invalid_value',
    param,
  })
}
