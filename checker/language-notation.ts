/** Test notation: whole specifications around a few lines that matter. */

/** A system of one machine `M`, called `m`, with a check. */
export function machine(items: string, check = ""): string {
  return `type N = 0..5\nmachine M {\n${items}\n}\nsystem S { m : M }\ncheck c of S { ${check} }\n`;
}

/** A sender and a receiver joined by one channel `q`. */
export function pair(sender: string, receiver: string, channel = "fifo(2)", check = ""): string {
  return `type N = 0..5
message Msg { A(n: N), B }
machine Out { port out o : Msg
${sender} }
machine In { port in i : Msg
  var got : list<N; 4> = []
${receiver} }
system S { s : Out  r : In  channel q : s.o -> r.i ${channel} }
check c of S { ${check} }
`;
}

/** A sender that sends `A(1)`, then `B`. */
export const SEND_A_THEN_B: string = `initial mode One { step a -> Two { send o.A(1) } }
  mode Two { step b -> Three { send o.B } }
  mode Three { }`;
