import { expect, test } from "bun:test";
import { chooseTools, rankTools } from "../../lib/dojo/choose-tools.ts";
import { toSearchWords } from "../../lib/dojo/words.ts";

const tools = [
  { name: "local.file.read", description: "Reads a file from the disk." },
  { name: "local.file.write", description: "Writes a text to a file." },
  { name: "local.http.request", description: "Fetches a web page or calls an API over HTTP." },
  { name: "local.notify", description: "Shows a message to the person." },
  { name: "email_send", description: "Sends an email with a subject and a body." },
  { name: "local.reasoning", description: "Thinks about a text." },
];

test.each<[need: string, names: string[]]>([
  ["read a file and notify me", ["local.file.read", "local.notify"]],
  ["notify me of each file you read", ["local.notify", "local.file.read"]],
  ["send an email", ["email_send"]],
  ["look at a web page", ["local.http.request"]],
  ["count sheep", []],
  ["", []],
])("%p speaks of %j", (need, names) => {
  expect(chooseTools(toSearchWords(need), tools).map(({ name }) => name)).toEqual(names);
});

test("at most three tools are chosen, the likeliest ones", () => {
  const many = "abcdef".split("").map((letter) => ({ name: `${letter.repeat(4)}.tool`, description: "" }));
  const words = toSearchWords("aaaa bbbb cccc dddd eeee");
  expect(chooseTools(words, many).map(({ name }) => name)).toEqual(["aaaa.tool", "bbbb.tool", "cccc.tool"]);
});

test("all tools are ranked, those without a word of the need by name", () => {
  const words = toSearchWords("fetch a page");
  expect(rankTools(words, tools).map(({ tool }) => tool.name)).toEqual([
    "local.http.request",
    "email_send",
    "local.file.read",
    "local.file.write",
    "local.notify",
    "local.reasoning",
  ]);
});
