/** What a publisher needs to know on an ordinary day. */
export function toReadme(realm: { id: string; name: string; isOnGithub: boolean }): string {
  const command = realm.isOnGithub ? "bun tools/realms.js" : "realms";
  return `# ${realm.name}

Katas for [Ronin](https://github.com/Roninito/ronin), published as the realm \`${realm.id}\`.

## Publish a kata

1. Put a \`.kata\` file into \`katas/\`. \`katas/hello.world-v1.kata\` shows what can be said about it.
2. A new version is a new file: \`hello.world-v2.kata\` with \`kata hello.world v2\` in it. What was published is
   never changed; its file may stay as it is.
3. Build, look at it, and serve it to try it out:

\`\`\`
${command} build katas --out site --realm ${realm.id}
${command} check site
${command} serve site
\`\`\`

${realm.isOnGithub ? githubPart : folderPart}
## Follow it

In a Ronin's \`~/.ronin/config.json\`:

\`\`\`json
{
  "realms": {
    "realms": [{ "id": "${realm.id}", "name": ${JSON.stringify(realm.name)}, "url": "https://…" }]
  }
}
\`\`\`
`;
}

const folderPart = `
To end a version, say why. It stays published, and nobody's copy is taken away:

\`\`\`
realms deprecate hello.world@v1 --out site --reason "v2 is clearer" --replaced-by hello.world@v2
realms withdraw hello.world@v1 --out site --reason "It could show a secret"
\`\`\`

## Serve it

\`site/\` is the realm: copy it to any static host. It also remembers what was published, so keep it, and build
into the same folder again. Copy \`katas/\` and \`packs/\` first and \`realm.json\` last.
`;

const githubPart = `
## How it gets to GitHub Pages

\`.github/workflows/realm.yml\` builds every pull request, and publishes what reaches the branch \`main\`. In the
repository's settings, choose under Pages the source "GitHub Actions".

The branch \`realm\` holds what is published. It is the realm's memory: do not delete it, and never reset it to an
older state, or those who follow the realm refuse it as rolled back. To deprecate or withdraw a version, start the
workflow by hand (Actions, Realm, Run workflow) and fill in which one and why.

To sign the realm, make its keys on your own machine (\`bun tools/realms.js keys create\`), copy their folder \`roots\`,
which is public, into this repository, and give the repository the secrets \`REALM_ONLINE_KEY\` (the text of
\`online.key.json\`) and \`REALM_KEY_PASSPHRASE\`. The root key stays with you.

\`tools/realms.js\` is the command itself in one file; it needs Bun and nothing else.
`;
