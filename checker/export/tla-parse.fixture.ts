/**
 * Reads the part of TLA+ that the export writes; for tests only.
 *
 * TLC is not at hand, so the tests bring a reader of their own. It follows the rules of the
 * language, not the habits of the writer: lists of `/\` and `\/` end where a token stands left of
 * or at their bullets' column, operators have the precedence of the language, and what would be
 * ambiguous is refused.
 */

export type TlaNode =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  /** A name, or an operator with arguments. */
  | { readonly kind: "apply"; readonly name: string; readonly of: readonly TlaNode[] }
  | { readonly kind: "prime"; readonly name: string }
  | { readonly kind: "index"; readonly whole: TlaNode; readonly key: TlaNode }
  | {
      readonly kind: "quantifier";
      readonly op: string;
      readonly name: string;
      readonly domain: TlaNode;
      readonly body: TlaNode;
    }
  | {
      readonly kind: "filter" | "image";
      readonly name: string;
      readonly domain: TlaNode;
      readonly body: TlaNode;
    }
  | {
      readonly kind: "record" | "recordSet";
      readonly fields: readonly (readonly [string, TlaNode])[];
    }
  | { readonly kind: "functionSet"; readonly domain: TlaNode; readonly range: TlaNode }
  | {
      readonly kind: "except";
      readonly whole: TlaNode;
      readonly key: TlaNode;
      readonly value: TlaNode;
    }
  | {
      readonly kind: "let";
      readonly definitions: readonly TlaDefinition[];
      readonly body: TlaNode;
    };

export interface TlaDefinition {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly body: TlaNode;
}

interface Token {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

const TOKEN: RegExp = new RegExp(
  [
    String.raw`"(?:[^"\\]|\\.)*"|\\\*.*|\\[a-zA-Z]+|\/\\|\\\/`,
    String.raw`\(\+\)|\(-\)|\|->|->|:>|@@|==|=>|<=|>=|<<|>>|\.\.|~>|\[\]|<>`,
    String.raw`[A-Za-z_]\w*|\d+|[-+*%=#<>~(){}[\],:.'!\\]`,
  ].join("|"),
  "g",
);

/** Operators of two operands: least and greatest precedence, as the language fixes them. */
const BINARY: Readonly<Record<string, readonly [number, number]>> = {
  "=>": [1, 1],
  "/\\": [3, 3],
  "\\/": [3, 3],
  "=": [5, 5],
  "#": [5, 5],
  "<": [5, 5],
  ">": [5, 5],
  "<=": [5, 5],
  ">=": [5, 5],
  "\\in": [5, 5],
  "\\notin": [5, 5],
  "@@": [6, 6],
  ":>": [7, 7],
  "\\cup": [8, 8],
  "\\": [8, 8],
  "..": [9, 9],
  "+": [10, 10],
  "(+)": [10, 10],
  "%": [10, 11],
  "\\X": [10, 13],
  "-": [11, 11],
  "(-)": [11, 11],
  "*": [13, 13],
  "\\o": [13, 13],
};
/** Operators that may follow themselves without parentheses. */
const ASSOCIATIVE: ReadonlySet<string> = new Set([
  "/\\",
  "\\/",
  "\\cup",
  "+",
  "-",
  "*",
  "\\o",
  "@@",
  "\\X",
  "(+)",
  "(-)",
]);
const PREFIX: Readonly<Record<string, number>> = {
  "~": 4,
  ENABLED: 4,
  UNCHANGED: 4,
  SUBSET: 8,
  UNION: 8,
  DOMAIN: 9,
  "-": 12,
};

interface Reader {
  readonly tokens: readonly Token[];
  at: number;
  /** Columns of the lists of `/\` and `\/` that are open; what stands at or left of one ends it. */
  readonly bullets: number[];
}

/** The definitions of a module by name, those of fairness and of runs left out. */
export function parseTla(text: string): ReadonlyMap<string, TlaDefinition> {
  const body = text.slice(text.indexOf("\nRemoveAt(") + 1, text.indexOf("\n===="));
  const blocks = body.split(/\n(?=[A-Za-z]\w*(?:\([^)]*\))? ==)/);
  const definitions = new Map<string, TlaDefinition>();
  for (const block of blocks) {
    const source = block.replace(/^(?:RECURSIVE|\\\*).*$/gm, "");
    const bare = source.replace(/"[^"]*"/g, "text").replace(/<<|>>/g, " ");
    if (/WF_|SF_|\[\]|<>|~>|^Fairness/.test(bare)) continue;
    const reader: Reader = { tokens: tokensOf(source), at: 0, bullets: [] };
    if (reader.tokens.length === 0) continue;
    const definition = parseDefinition(reader);
    if (peek(reader) !== undefined) throw new Error(`not read: ${where(reader)} in ${block}`);
    definitions.set(definition.name, definition);
  }
  return definitions;
}

function tokensOf(text: string): readonly Token[] {
  return text
    .split("\n")
    .flatMap((line, number) =>
      [...line.matchAll(TOKEN)]
        .filter(([token]) => !token.startsWith("\\*"))
        .map((match) => ({ text: match[0], line: number, column: match.index })),
    );
}

/** The next token, unless it ends the list that is being read. */
function peek(reader: Reader): string | undefined {
  const token = reader.tokens[reader.at];
  if (token === undefined || token.column <= (reader.bullets.at(-1) ?? -1)) return undefined;
  return token.text;
}

function where(reader: Reader): string {
  const token = reader.tokens[reader.at];
  return token === undefined ? "the end" : `${token.text} at ${token.line}:${token.column}`;
}

function next(reader: Reader): string {
  const token = peek(reader);
  if (token === undefined) throw new Error(`something is missing before ${where(reader)}`);
  reader.at++;
  return token;
}

function accept(reader: Reader, token: string): boolean {
  if (peek(reader) !== token) return false;
  reader.at++;
  return true;
}

function expectToken(reader: Reader, token: string): void {
  const found = next(reader);
  if (found !== token) throw new Error(`${token} is missing before ${found}, ${where(reader)}`);
}

function parseDefinition(reader: Reader): TlaDefinition {
  const name = next(reader);
  const parameters: string[] = [];
  if (accept(reader, "(")) {
    do parameters.push(next(reader));
    while (accept(reader, ","));
    expectToken(reader, ")");
  }
  expectToken(reader, "==");
  return { name, parameters, body: parseExpression(reader, 0) };
}

function parseExpression(reader: Reader, least: number): TlaNode {
  let left = parsePrefix(reader);
  let before = 99;
  for (let op = peek(reader); op !== undefined; op = peek(reader)) {
    const range = BINARY[op];
    if (range === undefined || range[0] < least) break;
    if (range[1] >= before && !ASSOCIATIVE.has(op)) throw new Error(`ambiguous ${where(reader)}`);
    reader.at++;
    const right = parseExpression(reader, range[1] + 1);
    left = { kind: "apply", name: op, of: [left, right] };
    before = range[0];
  }
  return left;
}

/** A list of `/\` or `\/`, or an operand with its operators before it. */
function parsePrefix(reader: Reader): TlaNode {
  const token = reader.tokens[reader.at];
  const text = peek(reader);
  if (token !== undefined && (text === "/\\" || text === "\\/")) {
    const items: TlaNode[] = [];
    for (;;) {
      const bullet = reader.tokens[reader.at];
      if (bullet?.text !== text || bullet.column !== token.column) break;
      reader.at++;
      reader.bullets.push(token.column);
      items.push(parseExpression(reader, 0));
      reader.bullets.pop();
    }
    return items.reduce((left, right) => ({ kind: "apply", name: text, of: [left, right] }));
  }
  const precedence = PREFIX[text ?? ""];
  if (text !== undefined && precedence !== undefined) {
    reader.at++;
    const name = text === "-" ? "negative" : text;
    return { kind: "apply", name, of: [parseExpression(reader, precedence)] };
  }
  return parsePostfix(reader, parsePrimary(reader));
}

function parsePostfix(reader: Reader, primary: TlaNode): TlaNode {
  let node = primary;
  for (;;) {
    if (accept(reader, "[")) {
      const key = parseExpression(reader, 0);
      expectToken(reader, "]");
      node = { kind: "index", whole: node, key };
    } else if (accept(reader, ".")) {
      node = { kind: "index", whole: node, key: { kind: "string", value: next(reader) } };
    } else if (accept(reader, "'")) {
      if (node.kind !== "apply" || node.of.length > 0)
        throw new Error(`no variable: ${where(reader)}`);
      node = { kind: "prime", name: node.name };
    } else return node;
  }
}

function parsePrimary(reader: Reader): TlaNode {
  const token = next(reader);
  if (/^\d/.test(token)) return { kind: "number", value: Number(token) };
  if (token.startsWith('"')) return { kind: "string", value: JSON.parse(token) };
  switch (token) {
    case "(": {
      const node = parseExpression(reader, 0);
      expectToken(reader, ")");
      return node;
    }
    case "<<":
      return { kind: "apply", name: "tuple", of: parseList(reader, ">>") };
    case "{":
      return parseSet(reader);
    case "[":
      return parseBracket(reader);
    case "IF": {
      const condition = parseExpression(reader, 0);
      expectToken(reader, "THEN");
      const then = parseExpression(reader, 0);
      expectToken(reader, "ELSE");
      return { kind: "apply", name: "IF", of: [condition, then, parseExpression(reader, 0)] };
    }
    case "LET": {
      const definitions: TlaDefinition[] = [];
      while (peek(reader) !== "IN") definitions.push(parseDefinition(reader));
      expectToken(reader, "IN");
      return { kind: "let", definitions, body: parseExpression(reader, 0) };
    }
    case "\\A":
    case "\\E":
    case "CHOOSE": {
      const name = next(reader);
      expectToken(reader, "\\in");
      const domain = parseExpression(reader, 6);
      expectToken(reader, ":");
      return { kind: "quantifier", op: token, name, domain, body: parseExpression(reader, 0) };
    }
    default:
      if (!/^[A-Za-z]/.test(token)) throw new Error(`unexpected ${token} before ${where(reader)}`);
      return { kind: "apply", name: token, of: accept(reader, "(") ? parseList(reader, ")") : [] };
  }
}

function parseList(reader: Reader, end: string): readonly TlaNode[] {
  const items: TlaNode[] = [];
  if (accept(reader, end)) return items;
  do items.push(parseExpression(reader, 0));
  while (accept(reader, ","));
  expectToken(reader, end);
  return items;
}

/** `{a, b}`, `{x \in S : p}` or `{e : x \in S}`. */
function parseSet(reader: Reader): TlaNode {
  if (accept(reader, "}")) return { kind: "apply", name: "set", of: [] };
  const first = parseExpression(reader, 0);
  if (accept(reader, ":")) {
    const isFilter = first.kind === "apply" && first.name === "\\in";
    const member = isFilter ? first : parseExpression(reader, 0);
    if (member.kind !== "apply" || member.name !== "\\in") throw new Error(where(reader));
    const [bound, domain] = member.of;
    const body = isFilter ? parseExpression(reader, 0) : first;
    expectToken(reader, "}");
    if (bound?.kind !== "apply" || domain === undefined) throw new Error(where(reader));
    return { kind: isFilter ? "filter" : "image", name: bound.name, domain, body };
  }
  const items = [first];
  while (accept(reader, ",")) items.push(parseExpression(reader, 0));
  expectToken(reader, "}");
  return { kind: "apply", name: "set", of: items };
}

/** `[f |-> e]`, `[f : S]`, `[S -> T]` or `[e EXCEPT ![k] = v]`. */
function parseBracket(reader: Reader): TlaNode {
  const first = parseExpression(reader, 0);
  if (accept(reader, "EXCEPT")) {
    expectToken(reader, "!");
    const field = accept(reader, ".");
    if (!field) expectToken(reader, "[");
    const key: TlaNode = field
      ? { kind: "string", value: next(reader) }
      : parseExpression(reader, 0);
    if (!field) expectToken(reader, "]");
    expectToken(reader, "=");
    const value = parseExpression(reader, 0);
    expectToken(reader, "]");
    return { kind: "except", whole: first, key, value };
  }
  if (accept(reader, "->")) {
    const range = parseExpression(reader, 0);
    expectToken(reader, "]");
    return { kind: "functionSet", domain: first, range };
  }
  const sign = peek(reader) === ":" ? ":" : "|->";
  const fields: [string, TlaNode][] = [];
  let name = first;
  for (;;) {
    if (name.kind !== "apply" || name.of.length > 0) throw new Error(`no field: ${where(reader)}`);
    expectToken(reader, sign);
    fields.push([name.name, parseExpression(reader, 0)]);
    if (!accept(reader, ",")) break;
    name = parsePrimary(reader);
  }
  expectToken(reader, "]");
  return { kind: sign === ":" ? "recordSet" : "record", fields };
}
