/**
 * What a host adds to its container image, its mounts and its environment.
 *
 * @module
 */
import {CODEX_CLIENT_VERSION} from '../../codex/codex-client.ts'

/** Names that a host passes on from its `.env`. The other ones are those that hosts of this kind pass on already. */
const ENV_ALLOW_LIST = ['CLAUDE_CODE_OAUTH_TOKEN', 'ANTHROPIC_API_KEY', 'OPENAI_API_KEY']

/** A piece, and where it goes. */
export interface ContainerPiece {
  /** The name of the file that `cao agent init --write` makes. */
  readonly file: string
  readonly text: string
}

/** The pieces. The CLI has a fixed version: new releases have broken unattended installations before. */
export function toContainerPieces(
  version: string = CODEX_CLIENT_VERSION,
): readonly ContainerPiece[] {
  return [
    {file: 'Dockerfile.codex', text: toDockerfile(version)},
    {file: 'mounts.txt', text: MOUNTS},
    {file: 'env-allow-list.txt', text: `${ENV_ALLOW_LIST.join('\n')}\n`},
    {file: 'registered-group.json', text: `${JSON.stringify(GROUP, undefined, 2)}\n`},
  ]
}

function toDockerfile(version: string): string {
  return `# Codex beside the other provider. Add this before "USER node".
ARG CODEX_VERSION=${version}
RUN npm install -g @openai/codex@\${CODEX_VERSION} && npm cache clean --force
# cao: copy the dist folder of OpenAI Codex Auth beside this file first.
COPY dist /opt/cao/dist
RUN ln -s /opt/cao/dist/cao.js /usr/local/bin/cao \\
  && mkdir -p /home/node/.codex /home/node/.codex-login /home/node/.codex-accounts \\
    /workspace/group /workspace/global /workspace/ipc/messages /workspace/ipc/tasks /workspace/ipc/replies \\
  && chown -R node:node /home/node /workspace
# In the entrypoint, in place of "node /app/dist/index.js": groups of the other provider still get that program.
#   exec cao agent run --contained yes -- node /app/dist/index.js
`
}

const MOUNTS = `# host folder -> container folder, always whole folders: Codex replaces its files by renaming.
data/codex/<group>/.codex -> /home/node/.codex
data/codex/main/.codex -> /home/node/.codex-login (not for main; with -e CAO_AGENT_LOGIN_DIR=/home/node/.codex-login)
~/.codex-account-orchestrator -> /home/node/.codex-accounts (for several accounts; with -e CAO_AGENT_ACCOUNTS_DIR=/home/node/.codex-accounts)
data/ipc/<group> -> /workspace/ipc
groups/<group> -> /workspace/group
groups/global -> /workspace/global (read-only, but for main)
`

const GROUP = {
  '120363336345536173@g.us': {
    name: 'Dev Team',
    folder: 'dev-team',
    trigger: '@Andy',
    added_at: '2026-01-31T12:00:00Z',
    provider: 'codex',
    providerConfig: {codex: {approvalPolicy: 'auto'}},
  },
}
