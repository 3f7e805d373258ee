import { host } from "./hosts.ts";

let returned = false;
process.on("unhandledRejection", (reason) => {
  console.log(`emit ${returned ? "returned, then" : "caught"} unhandled: ${(reason as Error).message}`);
  process.exit(0);
});
const events = host.createEvents();
events.on("e", async () => {
  throw new Error("late");
});
events.emit("e", {}, "agent");
returned = true;
setTimeout(() => process.exit(1), 1000);
