import fc from "fast-check";
import { arbitrarySystem } from "./reduce/arbitrary-system.fixture.ts";
import { arbitraryProgram } from "../spec/arbitrary-program.ts";
import { modelOf } from "./libretto-notation.ts";
import { exploreReduced } from "./reduce/explore-reduced.ts";
import { randomModel } from "./explore/random-model.ts";
const opts = (r:any)=>({budget:{milliseconds:undefined,bytes:undefined,states:Number(process.env.S??1500)},signal:undefined,onProgress:undefined,reductions:r}) as any;
const stats:any={};
const what=(e:any,lens:boolean)=>JSON.stringify({inv:e.invariants.map((x:any)=>[x.path===undefined,lens?x.path?.length:0,x.premises.map((p:any)=>p>0)]),goals:e.goals.map((x:any)=>[x.path===undefined,lens?x.path?.length:0]),
 bi:[...new Set(e.builtIns.map((b:any)=>JSON.stringify([b.property, b.violation?.span??0])))].sort(), cov:lens==null?0:e.coverage.map((c:any)=>[c.rule,c.taken>0])});
const exact=(e:any)=>JSON.stringify({s:e.states,t:e.transitions,d:e.depth,inv:e.invariants.map((x:any)=>({...x,path:x.path?.length})),goals:e.goals.map((x:any)=>({...x,path:x.path?.length})),bi:e.builtIns.map((b:any)=>JSON.stringify([b.property,b.path.length,b.violation?.span??0])).sort(),ex:{...e.examined,assert:0,range:0},cov:e.coverage,b:e.bounds,c:e.changed});
const seed=Number(process.env.SEED??1);
await fc.assert(fc.asyncProperty(process.env.KIND==="model"?randomModel:process.env.KIND==="sys"?arbitrarySystem.map(t=>modelOf(t)):arbitraryProgram.map(t=>modelOf(t)), async (m0:any)=>{
  const stuck=m0.slots.length%2===0;
  const m={...m0,temporal:[],refinements:[],allowStuck: process.env.KIND==="sys"?m0.allowStuck:process.env.KIND==="model"?m0.transitions.length%2===0:stuck};
  const none=await exploreReduced(m,opts([]));
  if(none.stopped) {stats.stopped=(stats.stopped??0)+1;return;}
  for(const r of [["symmetry"],["order"],["slice"],["symmetry","order"],["slice","order","symmetry"]]){
    const e=await exploreReduced(m,opts(r));
    const k=r.join("+");
    stats[k]??={n:0,on:0,fired:0,a:0,b:0};
    stats[k].n++; if(e.reductions.some(x=>x.on)) stats[k].on++;
    for(const x of e.reductions) if(!x.on){const d=k+":"+x.detail.replace(/[0-9]/g,"").slice(0,60); stats[d]=(stats[d]??0)+1;}
    stats[k].a+=none.states; stats[k].b+=e.graph.states; if(e.graph.states<none.states) stats[k].fired++;
    if(k==="symmetry"){ if(exact(e)!==exact(none)) throw new Error("exact\n"+exact(none)+"\n"+exact(e)); }
    else {
      const f=(x:any)=>what(x,k==="slice");
      let A=f(none),B=f(e);
      if(k.includes("slice")){ const known=new Set(e.coverage.map((c:any)=>c.rule)); A=f({...none,coverage:none.coverage.filter((c:any)=>known.has(c.rule))}); }
      if(A!==B) throw new Error(k+"\n"+A+"\n"+B);
    }
  }
}),{numRuns:Number(process.env.RUNS??200),seed,endOnFailure:true}).catch(e=>{console.log(String(e.message).slice(-1800)); });
console.log(stats);
