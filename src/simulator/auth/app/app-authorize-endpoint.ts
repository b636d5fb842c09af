/**
 * `/api/accounts/authorize`: the page on which a user lets an app use their plan, and how much of it.
 *
 * @module
 */
import {
  APP_PARAMETERS,
  parseAppRequest,
  PLAN_USE_SCOPE,
  type AppAuthorizationRequest,
} from './app-authorization-request.ts'
import {
  answerErrorPage,
  answerPage,
  escapeHtml,
  findChosenAccount,
  renderAccountChoice,
} from '../../page.ts'
import {redirect, renderParameters, showCode, toRedirectUrl} from '../authorize-endpoint.ts'
import type {SimulatedAccount} from '../../state/simulated-account.ts'
import type {Exchange, Simulation} from '../../state/simulation.ts'

/** Shows the page. */
export function showConsentPage({url}: Exchange, simulation: Simulation): Response {
  const parsed = parseAppRequest(url.searchParams, simulation.apps)
  if (parsed.kind === 'invalid') return answerErrorPage(parsed.message)
  const choices = listChoices(parsed.request, simulation)
  return answerPage(
    'Sign in with ChatGPT',
    `<p><strong>${escapeHtml(parsed.request.agentName)}</strong> runs on your computer and asks to use your
ChatGPT plan. It will be told your name and email address. You can take this back at any time in ChatGPT's
settings, under connected apps.</p>
<form method="post" action="authorize">
${renderParameters(url.searchParams, APP_PARAMETERS)}
${renderAccountChoice(choices)}
<label class="field" for="plan">Plan</label>
<select id="plan" name="plan">
<option value="use">It may use my plan</option>
<option value="none">Only tell it who I am</option>
</select>
<label class="field" for="cap">Weekly cap for this app</label>
<select id="cap" name="cap">
<option value="">None of its own</option>
<option value="100">100 requests</option>
<option value="1000">1,000 requests</option>
</select>
<p>Credits beyond the cap are off.</p>
<button class="primary" name="decision" value="continue">Continue</button>
<button name="decision" value="cancel">Cancel</button>
<button name="decision" value="paste">Show the code for pasting</button>
</form>`,
  )
}

/** Does what the user chose on the page. */
export function decideConsent({body}: Exchange, simulation: Simulation): Response {
  const form = new URLSearchParams(new TextDecoder().decode(body))
  const parsed = parseAppRequest(form, simulation.apps)
  if (parsed.kind === 'invalid') return answerErrorPage(parsed.message)
  const {request} = parsed
  if (form.get('decision') === 'cancel') {
    const refused = {error: 'access_denied', error_description: 'The user cancelled the login.'}
    return redirect(toRedirectUrl(request, refused))
  }
  const account = findChosenAccount(listChoices(request, simulation), form.get('account') ?? '')
  if (!account) return answerErrorPage('Choose one of the accounts on the page.')
  const cap = Number(form.get('cap') ?? '')
  if (cap > 0) account.app.requestsPerWeek = cap
  const grant = {usesPlan: form.get('plan') !== 'none', account}
  const {code, clientId} = createCode(request, grant, simulation)
  const target = toRedirectUrl(request, {code, client_id: clientId})
  return form.get('decision') === 'paste' ? showCode(code, target) : redirect(target)
}

/** A registration belongs to one user. */
function listChoices(
  {registration}: AppAuthorizationRequest,
  {accounts}: Simulation,
): readonly SimulatedAccount[] {
  return registration ? [registration.account] : accounts.list()
}

function createCode(
  request: AppAuthorizationRequest,
  {account, usesPlan}: {readonly account: SimulatedAccount; readonly usesPlan: boolean},
  {apps, codes}: Simulation,
): {readonly code: string; readonly clientId: string} {
  const {agentName, hostId, codeChallenge, nonce, redirectUri} = request
  const {clientId} = request.registration ?? apps.register({agentName, hostId, account})
  const scope = request.scope
    .split(' ')
    .filter((one) => usesPlan || one !== PLAN_USE_SCOPE)
    .join(' ')
  const grant = {account, clientId, codeChallenge, nonce, scope, isApp: true}
  return {code: codes.create({...grant, redirectUris: [redirectUri]}), clientId}
}
