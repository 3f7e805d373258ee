import { openStage } from "./stage.ts";
import { benchMemory } from "./parts/memory.ts";
import { benchLoad } from "./parts/load.ts";
import { benchInstall } from "./parts/install.ts";
import { benchCompatibility } from "./parts/compatibility.ts";
const t=performance.now();
await using stage = await openStage(Number(Bun.argv[2]));
console.log("stage", performance.now()-t);
for (const f of [benchMemory,benchLoad,benchInstall,benchCompatibility]) {
const t=performance.now();
for (const r of await f(stage)) console.log(r.name, JSON.stringify(r.ours), Object.entries(r.peers).map(([n,f])=>n+" "+f?.value.toFixed(4)+"/"+f?.samples).join("; "), r.note);
console.log("all", performance.now()-t);}
