/** Keeps keys out of the repository, and what is built unless it is kept on purpose. */
export function toGitignore(isOnGithub: boolean): string {
  return `# Keys never belong into a repository, sealed or not.
*.key.json
*.keys.json
*.key
keys/
${isOnGithub ? "\n# Built by the workflow, which keeps it on a branch of its own.\nsite/\n" : ""}
node_modules/
`;
}
