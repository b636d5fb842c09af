/**
 * What the user who runs the gateway asks and tells it: its state, and to stop.
 *
 * @module
 */
import {findBlock} from '../../accounts/choice/describe-account.ts'
import {toVerdictText} from '../../accounts/choice/account-verdict.ts'
import type {Engine} from '../../engine/create-engine.ts'
import {listKnownAccounts} from '../../engine/known-accounts.ts'
import type {GatewayRoute} from '../exchange/gateway-route.ts'

/** What the routes are made with. */
export interface OperatorRoutesOptions {
  readonly engine: Pick<Engine, 'backend' | 'memory' | 'store'>
  /** How the user calls an account; its id is given. */
  readonly toName: (accountId: string) => string
  /** What the gateway says of itself, beside the accounts. */
  readonly describe: () => Readonly<Record<string, unknown>>
  /** Ends the gateway, once this answer is sent. */
  readonly stop: () => void
}

/** Creates `GET /gateway/status` and `POST /gateway/stop`. */
export function createOperatorRoutes(options: OperatorRoutesOptions): readonly GatewayRoute[] {
  return [
    {
      access: 'operator',
      matches: ({path}) => path === '/gateway/status',
      methods: ['GET'],
      answer: async () => Response.json(await describe(options)),
    },
    {
      access: 'operator',
      matches: ({path}) => path === '/gateway/stop',
      methods: ['POST'],
      answer: async () => {
        options.stop()
        return Response.json({stopping: true})
      },
    },
  ]
}

async function describe({describe: describeSelf, engine, toName}: OperatorRoutesOptions) {
  const nowMs = engine.backend.now()
  const known = await listKnownAccounts(engine)
  return {
    ...describeSelf(),
    accounts: known.map((one) => {
      const block = findBlock(one, nowMs)
      const {email, id, plan} = one.account
      return {
        id,
        name: toName(id),
        email,
        plan,
        state: block ? toVerdictText(block) : 'ready',
        isReady: block === undefined,
        reason: block?.kind,
        untilMs: block && 'untilMs' in block ? block.untilMs : undefined,
        usage: one.usage,
      }
    }),
  }
}
