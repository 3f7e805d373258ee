/** Skills of the example katas: names that a stock Ronin has. */
export const exampleSkills = [
  "local.memory.search",
  "local.reasoning",
  "local.notify",
  "local.notify.ask",
  "local.file.list",
  "local.file.read",
  "local.http.request",
];
