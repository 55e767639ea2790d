/**
 * Random well-typed Libretto programs, as text, for property tests.
 *
 * A program is a server, a family of apps and a thread, wired by channels of random disciplines,
 * with random rules, effects and properties. It is built so that it is well typed: expressions are
 * asked for by type, optionals are read behind a test, messages have a rule or a disposition more
 * often than not. What it does when it runs is left to chance: range violations, stuck states and
 * unhandled messages are welcome, internal errors and diagnostics are not.
 */
import fc from "fast-check";

type Generate = fc.GeneratorValue;

/** A name in scope and its type, as written. */
interface Variable {
  readonly name: string;
  readonly type: TypeName;
  /** May it be assigned? */
  readonly writable: boolean;
}

type TypeName =
  | "bool"
  | "N"
  | "Client"
  | "Color"
  | "Client?"
  | "set<Client>"
  | "list<N; 2>"
  | "map<Client, N>";

interface Scope {
  readonly g: Generate;
  readonly variables: readonly Variable[];
  /** Statements that only fit here, such as a send. */
  readonly statements: readonly (() => string)[];
}

const TYPES: readonly TypeName[] = [
  "bool",
  "N",
  "Color",
  "Client?",
  "set<Client>",
  "list<N; 2>",
  "map<Client, N>",
];

function below(g: Generate, limit: number): number {
  return g(fc.integer, { min: 0, max: limit - 1 });
}

function pick<T>(g: Generate, options: readonly [T, ...T[]]): T {
  return options[below(g, options.length)] ?? options[0];
}

function flip(g: Generate): boolean {
  return g(fc.boolean);
}

// ---------------------------------------------------------------------------- expressions

function variablesOf(scope: Scope, type: TypeName): readonly Variable[] {
  return scope.variables.filter((variable) => variable.type === type);
}

function leaf(scope: Scope, type: TypeName): string {
  const known = variablesOf(scope, type);
  const chosen = known[below(scope.g, known.length + 1)];
  return chosen?.name ?? literal(scope.g, type);
}

function literal(g: Generate, type: TypeName): string {
  switch (type) {
    case "bool":
      return pick(g, ["true", "false"]);
    case "N":
      return String(below(g, 4));
    case "Client":
      return "me";
    case "Color":
      return pick(g, ["Red", "Green"]);
    case "Client?":
      return "none";
    case "set<Client>":
      return "{}";
    case "list<N; 2>":
      return pick(g, ["[]", "[1]"]);
    case "map<Client, N>":
      return String(below(g, 4));
  }
}

function condition(scope: Scope, depth: number): string {
  const { g } = scope;
  if (depth <= 0) return leaf(scope, "bool");
  const inner = (): string => condition(scope, depth - 1);
  const number = (): string => numeric(scope, depth - 1);
  switch (below(g, 10)) {
    case 0:
      return `${inner()} ${pick(g, ["and", "or", "implies"])} (${inner()})`;
    case 1:
      return `not (${inner()})`;
    case 2:
      return `${number()} ${pick(g, ["<", "<=", ">", ">=", "==", "!="])} ${number()}`;
    case 3:
      return `${leaf(scope, "Color")} == ${pick(g, ["Red", "Green"])}`;
    case 4:
      return optionalTest(scope);
    case 5: {
      const quantifier = pick(g, ["forall", "exists"]);
      return `(${quantifier} q in Client: ${leaf(scope, "bool")} or ${inClients(scope, "q")})`;
    }
    case 6:
      return `(count q in Client: ${inClients(scope, "q")}) ${pick(g, ["<", ">="])} ${number()}`;
    case 7:
      return `(if ${inner()} then ${inner()} else ${inner()})`;
    case 8:
      return `${number()} in N`;
    default:
      return leaf(scope, "bool");
  }
}

function inClients(scope: Scope, element: string): string {
  const [set] = variablesOf(scope, "set<Client>");
  return set === undefined ? "true" : `${element} ${pick(scope.g, ["in", "not in"])} ${set.name}`;
}

function optionalTest(scope: Scope): string {
  const [known] = variablesOf(scope, "Client?");
  if (known === undefined) return "true";
  return `(${known.name} != none and ${inClients(scope, known.name)})`;
}

function numeric(scope: Scope, depth: number): string {
  const { g } = scope;
  if (depth <= 0) return leaf(scope, "N");
  const inner = (): string => numeric(scope, depth - 1);
  switch (below(g, 6)) {
    case 0:
      return `(${inner()} ${pick(g, ["+", "-", "*"])} ${inner()})`;
    case 1:
      return `(${inner()}) % ${below(g, 3) + 2}`;
    case 2: {
      const [map] = variablesOf(scope, "map<Client, N>");
      const [client] = variablesOf(scope, "Client");
      return map === undefined || client === undefined ? inner() : `${map.name}[${client.name}]`;
    }
    case 3: {
      const [list] = variablesOf(scope, "list<N; 2>");
      return list === undefined ? inner() : `${list.name}.get(${inner()}, ${inner()})`;
    }
    case 4: {
      const [set] = variablesOf(scope, "set<Client>");
      return set === undefined ? inner() : `${set.name}.size`;
    }
    default:
      return leaf(scope, "N");
  }
}

// ---------------------------------------------------------------------------- effects

function statement(scope: Scope, depth: number): string {
  const { g, statements } = scope;
  const special = statements[below(g, statements.length + 2)];
  if (special !== undefined) return special();
  if (depth > 0 && below(g, 4) === 0) {
    const block = (): string => `{ ${statement(scope, depth - 1)} }`;
    return pick(g, [
      `if ${condition(scope, 1)} ${block()} else ${block()}`,
      `for each in Client ${block()}`,
      `assert ${condition(scope, 1)} or true`,
    ]);
  }
  return assignment(scope);
}

function assignment(scope: Scope): string {
  const { g } = scope;
  const writable = scope.variables.filter((variable) => variable.writable);
  const target = writable[below(g, Math.max(writable.length, 1))];
  if (target === undefined) return "assert true";
  const client = variablesOf(scope, "Client")[0]?.name;
  switch (target.type) {
    case "bool":
      return `${target.name} = ${condition(scope, 1)}`;
    case "N":
      return `${target.name} ${pick(g, ["=", "+=", "-="])} ${numeric(scope, 1)}`;
    case "Client?":
      return `${target.name} = ${client ?? "none"}`;
    case "set<Client>":
      if (client === undefined) return `${target.name} = {}`;
      return `${target.name} ${pick(g, ["+=", "-="])} ${client}`;
    case "list<N; 2>": {
      const grow = `${target.name} += ${numeric(scope, 1)} % 4`;
      return `if ${target.name}.size < 2 { ${grow} } else { ${target.name} = [] }`;
    }
    case "map<Client, N>":
      return `${target.name}${client === undefined ? "" : `[${client}]`} = ${below(g, 4)}`;
    default:
      return `${target.name} = ${literal(g, target.type)}`;
  }
}

function block(scope: Scope): string {
  const count = below(scope.g, 3);
  if (count === 0) return "";
  return ` { ${Array.from({ length: count }, () => statement(scope, 1)).join("; ")} }`;
}

// ---------------------------------------------------------------------------- machines

function variables(g: Generate, prefix: string): { text: string; scope: Variable[] } {
  const scope: Variable[] = [];
  const lines: string[] = [];
  for (const [index, type] of TYPES.entries()) {
    if (flip(g)) continue;
    const name = `${prefix}${index}`;
    const durable = flip(g) ? "durable " : "";
    lines.push(`  ${durable}var ${name} : ${type} = ${literal(g, type)}`);
    scope.push({ name, type, writable: true });
  }
  return { text: lines.join("\n"), scope };
}

const FAIRNESS: readonly [string, ...string[]] = ["", "", "fair ", "strongly fair "];

interface Receives {
  readonly port: string;
  readonly kinds: readonly { readonly name: string; readonly fields: readonly Variable[] }[];
}

const field = (name: string, type: TypeName): Variable => ({ name, type, writable: false });

const REQUESTS: Receives = {
  port: "req",
  kinds: [
    { name: "Ask", fields: [field("c", "Client")] },
    { name: "Tell", fields: [field("n", "N")] },
    { name: "Ping", fields: [] },
  ],
};

const REPLIES: Receives = {
  port: "rep",
  kinds: [
    { name: "Yes", fields: [field("n", "N")] },
    { name: "No", fields: [] },
  ],
};

function modes(scope: Scope, names: readonly [string, ...string[]], receives: Receives): string {
  const { g } = scope;
  const target = (): string => (flip(g) ? ` -> ${pick(g, names)}` : "");
  return names
    .map((name, position) => {
      const items: string[] = [];
      if (flip(g)) {
        items.push(`step s${position} if ${condition(scope, 2)}${target()}${block(scope)}`);
      }
      for (const { name: kind, fields } of receives.kinds) {
        items.push(reaction(scope, receives.port, kind, fields, target));
      }
      items.push(`step go${position} -> ${names[(position + 1) % names.length] ?? name}`);
      const nested = below(g, 4) === 0 ? `initial mode ${name}In { step in${position} }` : "";
      const body = [...items.filter((item) => item !== ""), nested].join("\n    ");
      return `  ${position === 0 ? "initial " : ""}mode ${name} {\n    ${body}\n  }`;
    })
    .join("\n");
}

function reaction(
  scope: Scope,
  port: string,
  kind: string,
  fields: readonly Variable[],
  target: () => string,
): string {
  const { g } = scope;
  const fair = pick(g, FAIRNESS);
  const binders = fields.length === 0 ? "" : `(${fields.map((each) => each.name).join(", ")})`;
  const inner: Scope = { ...scope, variables: [...scope.variables, ...fields] };
  switch (below(g, 5)) {
    case 0:
      return `ignore ${port}.${kind}`;
    case 1:
      return `block ${port}.${kind}`;
    case 2:
      return "";
    case 3: {
      const head = `${fair}on ${port}.${kind}${binders}`;
      return `${head} if ${condition(inner, 1)}${target()}${block(inner)}`;
    }
    default:
      return `${fair}on ${port}.${kind}${binders}${target()}${block(inner)}`;
  }
}

function server(g: Generate): string {
  const { text, scope } = variables(g, "v");
  const statements = [(): string => "start t", (): string => "stop t", (): string => "raise irq"];
  const inner: Scope = { g, variables: scope, statements };
  const reply = `    on interrupt irq${block(inner)}\n    after t${block(inner)}`;
  const body = modes(inner, ["Up", "Busy", "Down"], REQUESTS);
  const withEvents = flip(g) ? body.replace("mode Busy {", `mode Busy {\n${reply}`) : body;
  return `machine Server {
  port in req : Req
  port out rep : Rep per Client
  timer t 1s..2s
  interrupt irq
${text}
${withEvents}
  fault crash from Up -> Down${block({ ...inner, statements: [] })}
  otherwise ${pick(g, ["drop", "block", "fail"])}
}`;
}

function app(g: Generate): string {
  const { text, scope } = variables(g, "a");
  const me = field("me", "Client");
  const send = (): string =>
    pick(g, ["send req.Ask(me)", `send req.Tell(${below(g, 4)})`, "send req.Ping"]);
  const inner: Scope = { g, variables: [...scope, me], statements: [send] };
  return `machine App(me: Client) {
  port out req : Req
  port in rep : Rep
${text}
${modes(inner, ["Idle", "Wait"], REPLIES)}
  otherwise drop
}`;
}

function thread(g: Generate): string {
  const shared: Variable[] = [
    { name: "mem.x", type: "N", writable: true },
    { name: "mem.y", type: "N", writable: true },
    { name: "r", type: "N", writable: true },
  ];
  const scope: Scope = { g, variables: shared, statements: [] };
  const lines = ["A", "B", "C"].map((label) => {
    const wait = flip(g) ? ` await ${condition(scope, 1)}` : "";
    const next = pick(g, ["", ` then ${pick(g, ["A", "B", "C"])}`, " if r > 1 then A else C"]);
    const body = pick(g, [` { ${assignment(scope)} }`, " { fence }", " { r = swap(mem.x, 1) }"]);
    return `  ${pick(g, ["", "fair "])}${label}:${wait}${body}${next}`;
  });
  return `thread Worker {\n  var r : N = 0\n${lines.join("\n")}\n}`;
}

function system(g: Generate): string {
  const discipline = pick(g, ["fifo(2)", "mailbox(2)", "bag(2)", "fifo(1) lossy", "rendezvous"]);
  const back = pick(g, ["fifo(1)", "mailbox(1)", "fifo(2) duplicating", "fifo(2) reordering(1)"]);
  const memory = pick(g, ["", "  memory sc\n", "  memory tso(2)\n"]);
  return `system S {
${memory}  server : Server
  app[c: Client] : App(c)
  mem : Memory
  worker : Worker
  channel req : app[*].req -> server.req ${discipline}
  channel rep : server.rep[c] -> app[c].rep ${back}
  reachable Busy: server in Busy or exists c in Client: app[c] in Wait
  invariant Calm: server in Down and req.empty implies
    mem.x <= 3 and (forall c in Client: rep[c].size < 3)
  property Moves: forall c in Client: app[c] in Wait leads to app[c] in Idle
}
check c of S {
  Client = ${pick(g, [1, 2])}
  faults server.crash <= ${below(g, 3)}
  budget ${pick(g, [100, 1000])} states
}`;
}

/** Texts of random well-typed programs with one check, `c`. */
export const arbitraryProgram: fc.Arbitrary<string> = fc.gen().map(
  (g) => `module random
symmetric id Client
type N = 0..3${pick(g, ["", " wrap", " saturate"])}
enum Color { Red, Green }
message Req { Ask(c: Client), Tell(n: N), Ping }
message Rep { Yes(n: N), No }
machine Memory {
  shared var x : N = 0
  shared var y : N = 0
}
${server(g)}
${app(g)}
${thread(g)}
${system(g)}
`,
);
