import process from 'node:process'
import {expect, test} from 'vitest'
import {haveManyConversations} from '../support/stories/many-conversations.ts'
import {IS_THOROUGH} from '../support/thoroughness.ts'

/** Without a thorough run, an eighth of the conversations. */
const PARTS = IS_THOROUGH ? 1 : 8
const CONVERSATIONS = 64 / PARTS

/** Ada spends her quota in the middle of a turn, when about half of what she would answer is answered. */
const STRATEGIES = [
  {strategy: 'order', turns: 24, adaAnswers: Math.ceil(780 / PARTS)},
  {strategy: 'mostLeft', turns: 12, adaAnswers: Math.ceil(130 / PARTS)},
  {strategy: 'roundRobin', turns: 12, adaAnswers: Math.ceil(130 / PARTS)},
]

/** @see {@link https://github.com/Soju06/codex-lb/pull/226} */
test.each(STRATEGIES)(
  `in ${CONVERSATIONS} conversations by $strategy, only those of the spent account move, each once, and the cache stays warm`,
  async ({adaAnswers, strategy, turns}) => {
    const story = {strategy, conversations: CONVERSATIONS, turns}
    const undisturbed = await haveManyConversations(story)
    const disturbed = await haveManyConversations({...story, adaAnswers})

    const moved = disturbed.ways.filter((way) => way.length > 1)
    const lost = undisturbed.cachedPercent - disturbed.cachedPercent
    process.stdout.write(
      `${strategy}: ${CONVERSATIONS} conversations of ${turns} turns over 3 accounts, ${moved.length} moved; ` +
        `cached ${disturbed.cachedPercent.toFixed(1)} % of the input, ${undisturbed.cachedPercent.toFixed(1)} % undisturbed; ` +
        `answers ${JSON.stringify(disturbed.statuses)}\n`,
    )
    expect(undisturbed.unanswered + disturbed.unanswered).toBe(0)
    expect(undisturbed.ways.filter((way) => way.length > 1)).toEqual([])
    expect(moved.filter((way) => way.length > 2 || way[0] !== 'ada@example.com')).toEqual([])
    expect(disturbed.ways.filter((way) => way.join() === 'ada@example.com')).toEqual([])
    expect(disturbed.notifications).toHaveLength(1)
    // No reasoning of another account was sent, which would be refused with 400.
    expect(Object.keys(disturbed.statuses)).toEqual(['200', '429'])
    expect((100 * lost) / undisturbed.cachedPercent).toBeLessThan(5)
  },
  180_000,
)
