import manifest from "../../../package.json" with { type: "json" };

export const WORKFLOW_PATH = ".github/workflows/realm.yml";

/** The published realm between two runs: one commit without a history, and with the times of its packs. */
const STATE_BRANCH = "realm";

/**
 * A workflow that builds every pull request, and publishes what reaches the main branch: build, sign, check, keep,
 * deploy to Pages. Actions are named by commit, Bun and the command by version.
 */
export function toWorkflow({ realm, name }: { realm: string; name: string }): string {
  return `# Builds every pull request; publishes what reaches the main branch; signs again every week, since signatures end.
name: Realm
on:
  pull_request:
  push:
    branches: [main]
  schedule:
    - cron: "23 5 * * 1"
  workflow_dispatch:
    inputs:
      end:
        description: End a version
        type: choice
        options: [nothing, deprecate, withdraw]
      kata:
        description: Which one, such as hello.world@v1
      reason:
        description: Why; everyone who uses it reads this
      replaced-by:
        description: What to use instead, such as hello.world@v2

permissions: {}

# One publish after the other: two at once would give one number to two states.
concurrency:
  group: \${{ github.event_name == 'pull_request' && github.ref || 'publish' }}
  cancel-in-progress: false

env:
  REALM: ${JSON.stringify(realm)}
  REALM_NAME: ${JSON.stringify(name)}

jobs:
  build:
    if: github.event_name == 'pull_request'
    runs-on: ubuntu-latest
    permissions:
      contents: read
    steps:
      - uses: ${checkout}
      - name: Install Bun
        run: ${installBun}
      - name: Get what was published before
        run: |
${indent(restore, 10)}
      - name: Build
        run: ${build}

  publish:
    if: github.event_name != 'pull_request'
    runs-on: ubuntu-latest
    permissions:
      contents: write
      pages: write
      id-token: write
    environment:
      name: github-pages
      url: \${{ steps.deploy.outputs.page_url }}
    env:
      HAS_KEY: \${{ secrets.REALM_ONLINE_KEY != '' }}
    steps:
      - uses: ${checkout}
      - name: Install Bun
        run: ${installBun}
      - name: Get what was published before
        run: |
${indent(restore, 10)}
      - name: Build
        run: ${build}
      - name: End a version
        if: inputs.end == 'deprecate' || inputs.end == 'withdraw'
        env:
          END: \${{ inputs.end }}
          KATA: \${{ inputs.kata }}
          REASON: \${{ inputs.reason }}
          REPLACED_BY: \${{ inputs.replaced-by }}
        run: |
${indent(end, 10)}
      - name: Sign
        if: env.HAS_KEY == 'true'
        env:
          REALM_ONLINE_KEY: \${{ secrets.REALM_ONLINE_KEY }}
          REALMS_KEY_PASSPHRASE: \${{ secrets.REALM_KEY_PASSPHRASE }}
        run: |
${indent(sign, 10)}
      - name: Check
        run: bun tools/realms.js check site
      - name: Keep what is published now
        run: |
${indent(keep, 10)}
      - uses: actions/upload-pages-artifact@fc324d3547104276b827a68afc52ff2a11cc49c9 # v5.0.0
        with:
          path: site
      - id: deploy
        uses: actions/deploy-pages@cd2ce8fcbc39b97be8ca5fce6e763baed58fa128 # v5.0.0
`;
}

const checkout = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1";
const installBun = `npm install --global --allow-scripts=bun bun@${manifest.devDependencies.bun}`;
const build = `bun tools/realms.js build katas --out site --realm "$REALM" --name "$REALM_NAME"`;

/** Asking for the branch may fail, and then the run has to: a realm that starts over is refused by its readers. */
const restore = `set -euo pipefail
mkdir -p site
heads=$(git ls-remote --heads origin refs/heads/${STATE_BRANCH})
if [ -n "$heads" ]; then
  git fetch --quiet --depth=1 origin refs/heads/${STATE_BRANCH}
  git archive FETCH_HEAD | tar -x -C site
  while read -r time file; do touch -d "@$time" "site/$file"; done < site/.file-times
fi`;

/** What a person typed travels in variables, so that none of it is read as a command. */
const end = `set -euo pipefail
args=("$KATA" --out site --reason "$REASON")
if [ -n "$REPLACED_BY" ]; then args+=(--replaced-by "$REPLACED_BY"); fi
bun tools/realms.js "$END" "\${args[@]}"`;

const sign = `set -euo pipefail
umask 077
mkdir -p "$RUNNER_TEMP/keys"
printf '%s' "$REALM_ONLINE_KEY" > "$RUNNER_TEMP/keys/online.key.json"
bun tools/realms.js sign --out site --keys "$RUNNER_TEMP/keys" --roots roots
rm -r "$RUNNER_TEMP/keys"`;

/** Before it is deployed: a publish that readers have seen must be known to the next one. */
const keep = `set -euo pipefail
(cd site && find packs -type f -printf '%T@ %p\\n' | sort -k 2 > .file-times)
export GIT_INDEX_FILE="$RUNNER_TEMP/realm-index"
export GIT_AUTHOR_NAME=realm GIT_AUTHOR_EMAIL=realm@localhost
export GIT_COMMITTER_NAME=realm GIT_COMMITTER_EMAIL=realm@localhost
git --work-tree=site add --all --force .
commit=$(git commit-tree -m "Published from $GITHUB_SHA" "$(git write-tree)")
git push --quiet --force origin "$commit:refs/heads/${STATE_BRANCH}"`;

function indent(text: string, columns: number): string {
  return text
    .split("\n")
    .map((line) => " ".repeat(columns) + line)
    .join("\n");
}
