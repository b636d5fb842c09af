/**
 * `/oauth/authorize`: the page on which a user says yes or no.
 *
 * @module
 */
import {
  AUTHORIZATION_PARAMETERS,
  parseAuthorizationRequest,
  type AuthorizationRequest,
} from './authorization-request.ts'
import {
  answerErrorPage,
  answerPage,
  escapeHtml,
  findChosenAccount,
  renderAccountChoice,
  type Html,
} from '../page.ts'
import type {SimulatedAccount} from '../state/simulated-account.ts'
import type {Exchange, Simulation} from '../state/simulation.ts'

/** Shows the page. */
export function showAuthorizePage({url}: Exchange, {accounts}: Simulation): Response {
  const parsed = parseAuthorizationRequest(url.searchParams)
  if (parsed.kind === 'invalid') return answerErrorPage(parsed.message)
  const choices = listChoices(accounts.list(), parsed.request)
  if (choices.length === 0) return answerErrorPage('No account of this simulator may be used here.')
  const asker = parsed.request.originator ?? parsed.request.clientId
  return answerPage(
    'Log in with ChatGPT',
    `<p><strong>${escapeHtml(asker)}</strong> asks to use Codex with your ChatGPT account. It will
be told your name and email address.</p>
<form method="post" action="authorize">
${renderParameters(url.searchParams)}
${renderAccountChoice(choices)}
<button class="primary" name="decision" value="continue">Continue</button>
<button name="decision" value="cancel">Cancel</button>
<button name="decision" value="paste">Show the code for pasting</button>
</form>`,
  )
}

/** Does what the user chose on the page. */
export function decideAuthorization({body}: Exchange, simulation: Simulation): Response {
  const form = new URLSearchParams(new TextDecoder().decode(body))
  const parsed = parseAuthorizationRequest(form)
  if (parsed.kind === 'invalid') return answerErrorPage(parsed.message)
  const {request} = parsed
  if (form.get('decision') === 'cancel') return redirect(toCancelUrl(request))
  const choices = listChoices(simulation.accounts.list(), request)
  const account = findChosenAccount(choices, form.get('account') ?? '')
  if (!account) return answerErrorPage('Choose one of the accounts on the page.')
  const code = createCode(request, {account, simulation})
  const target = toRedirectUrl(request, {code})
  return form.get('decision') === 'paste' ? showCode(code, target) : redirect(target)
}

function listChoices(
  accounts: readonly SimulatedAccount[],
  {allowedWorkspaceIds}: AuthorizationRequest,
): readonly SimulatedAccount[] {
  if (allowedWorkspaceIds.length === 0) return accounts
  return accounts.filter(({accountId}) => allowedWorkspaceIds.includes(accountId))
}

function createCode(
  request: AuthorizationRequest,
  {account, simulation}: {readonly account: SimulatedAccount; readonly simulation: Simulation},
): string {
  const {clientId, codeChallenge, nonce, redirectUri, scope} = request
  const redirectUris = [redirectUri]
  return simulation.codes.create({account, clientId, codeChallenge, nonce, redirectUris, scope})
}

/** The redirect URI with these parameters, and the state. */
export function toRedirectUrl(
  {redirectUri, state}: Pick<AuthorizationRequest, 'redirectUri' | 'state'>,
  parameters: Readonly<Record<string, string>>,
): URL {
  const url = new URL(redirectUri)
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  if (state !== undefined) url.searchParams.set('state', state)
  return url
}

function toCancelUrl(request: AuthorizationRequest): URL {
  return toRedirectUrl(request, {
    error: 'access_denied',
    error_description: 'The user cancelled the login.',
  })
}

/** Sends the browser there. */
export function redirect(target: URL): Response {
  return new Response(null, {status: 302, headers: {location: target.href}})
}

/** Shows what a user can paste who has to. */
export function showCode(code: string, target: URL): Response {
  return answerPage(
    'Paste this into your application',
    `<p>Use one of these when the application cannot be reached from this browser. The code works
once, for ten minutes.</p>
${renderReadOnlyField('code', 'Code', code)}
${renderReadOnlyField('redirect', 'Address of the redirect', target.href)}`,
  )
}

function renderReadOnlyField(id: string, label: string, value: string): Html {
  return `<label class="field" for="${id}">${label}</label>
<input type="text" id="${id}" value="${escapeHtml(value)}" readonly>`
}

/** The parameters of the request, so that the form brings them along. */
export function renderParameters(
  parameters: URLSearchParams,
  names: readonly string[] = AUTHORIZATION_PARAMETERS,
): Html {
  return names
    .filter((name) => parameters.has(name))
    .map((name) => {
      const value = escapeHtml(parameters.get(name) ?? '')
      return `<input type="hidden" name="${name}" value="${value}">`
    })
    .join('\n')
}
