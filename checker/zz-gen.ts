import fc from "fast-check";
import { arbitrarySystem } from "./reduce/arbitrary-system.fixture.ts";
import { modelOf } from "./libretto-notation.ts";
const errs=new Map();
for (const t of fc.sample(arbitrarySystem,{numRuns:200,seed:3})) { try { modelOf(t); } catch(e:any){ const k=e.message.split("\n").slice(0,6).join("\n"); errs.set(k,(errs.get(k)??0)+1);} }
for (const [k,v] of [...errs].sort((a,b)=>b[1]-a[1]).slice(0,8)) console.log(v,k);
