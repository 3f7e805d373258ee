// npm runs scripts in the project's folder; a relative path means the folder the person is in.
process.chdir(process.env.INIT_CWD ?? ".");
process.argv.splice(2, 0, "drop-in");
await import("../cli/main.ts");

export {};
