/**
 * `/`: tells a user who opens its address what this server is.
 *
 * @module
 */
import {answerPage, escapeHtml} from './page.ts'
import type {Exchange, Simulation} from './state/simulation.ts'

/** Shows the accounts, and where to look next. */
export function showHomePage(_exchange: Exchange, {accounts}: Simulation): Response {
  const items = accounts
    .list()
    .map(({email, plan}) => `<li>${escapeHtml(email)} (plan: ${escapeHtml(plan)})</li>`)
  return answerPage(
    'Codex simulator',
    `<p>A local stand-in for the login of ChatGPT and its Codex backend.</p>
<h2>Accounts</h2>
<ul>
${items.join('\n')}
</ul>
<h2>Look inside</h2>
<ul>
<li><a href="/_simulator/requests">What arrived</a></li>
<li><a href="/_simulator/counts">How often each endpoint gave each answer</a></li>
<li><a href="/_simulator/accounts">Accounts and their limits</a></li>
<li><a href="/_simulator/faults">Faults that wait</a></li>
<li><a href="/codex/device">Log in on another device</a></li>
</ul>`,
  )
}
