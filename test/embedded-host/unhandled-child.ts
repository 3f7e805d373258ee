import { TempHome } from "./temp-home.ts";

await using home = new TempHome();
const host = await home.start({ surviveUnhandled: process.argv[2] === "true" });
host.api.events.on("e", async () => {
  throw new Error("nobody will read this");
});
host.api.events.emit("e", {}, "child");
await Bun.sleep(20);
console.log(JSON.stringify(host.logs));
