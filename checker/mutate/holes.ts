/**
 * Holes: the parts of a text that may be deleted, one at a time, to see who notices.
 *
 *     fair on req.Data(c) if c in table and not busy { table -= c; send rep[c].Ack }
 *                            └─ clause ─┘     └ clause ┘  └ effect ┘  └── effect ──┘
 *                         └────────── guard ──────────┘
 *
 * Holes are found in the syntax tree, because there a rule stands once for all of its instances,
 * and what is deleted is what a user could delete. The rejected alternative, holes in the Model,
 * would need to undo the lowering: one guard is spread over transitions, over the conditions under
 * which an outer rule applies, and over what counts as unhandled.
 *
 * What is no hole: modes and targets (the statechart itself), `choose` (it binds a name), `assert`
 * (a claim, not an effect), and the heads of `if` and `for`, whose bodies are looked into.
 */
import type { Span } from "../../spec/source.ts";
import type {
  Block,
  Declaration,
  Expr,
  ModeDeclaration,
  ModeItem,
  ParallelDeclaration,
  Statement,
  ThreadLine,
} from "../../spec/syntax.ts";

export type MutationOperator = "guard" | "clause" | "effect" | "fence";

export interface Hole {
  readonly operator: MutationOperator;
  /** What is deleted. */
  readonly span: Span;
  /** The rule, line or block in which it stands. */
  readonly rule: Span;
  /** `Server.Up`, `Producer.FenceP`: where that is, in words. */
  readonly place: string;
  /** Node of the syntax tree, and what takes its place. */
  readonly node: object;
  readonly replacement: object;
}

/** The rules of a mode, apart from its blocks and inner modes. */
type Rule = Extract<ModeItem, { readonly guard: Expr | undefined }>;

/** All holes of a declaration, in the order of the text. */
export function holesOf(declaration: Declaration): readonly Hole[] {
  switch (declaration.kind) {
    case "machine": {
      const name = declaration.name.text;
      return declaration.items.flatMap((item) => {
        if (item.kind === "mode") return holesOfMode(item, name);
        if (item.kind === "parallel") return holesOfParallel(item, name);
        const place = item.kind === "fault" ? `${name} fault ${item.name.text}` : name;
        return item.kind === "fault" ? holesOfBlock(item.body, item.span, place) : [];
      });
    }
    case "thread":
      return declaration.lines.flatMap((line) => holesOfLine(line, declaration.name.text));
    default:
      return [];
  }
}

function holesOfMode(mode: ModeDeclaration, prefix: string): readonly Hole[] {
  const place = `${prefix}.${mode.name.text}`;
  return mode.items.flatMap((item): readonly Hole[] => {
    switch (item.kind) {
      case "mode":
        return holesOfMode(item, place);
      case "parallel":
        return holesOfParallel(item, place);
      case "entry":
      case "exit":
        return holesOfBlock(item.body, item.span, `${place} ${item.kind}`);
      case "disposition":
        return [];
      default:
        return holesOfRule(item, place);
    }
  });
}

function holesOfParallel({ regions }: ParallelDeclaration, prefix: string): readonly Hole[] {
  return regions.flatMap((region) =>
    region.modes.flatMap((mode) => holesOfMode(mode, `${prefix}.${region.name.text}`)),
  );
}

function holesOfRule(rule: Rule, place: string): readonly Hole[] {
  const bare = { ...rule, guard: undefined };
  return [
    ...holesOfGuard(rule.guard, { node: rule, replacement: bare }, rule.span, place),
    ...holesOfBlock(rule.body, rule.span, place),
  ];
}

function holesOfLine(line: ThreadLine, thread: string): readonly Hole[] {
  const place = `${thread}.${line.name.text}`;
  const bare = { ...line, await: undefined };
  return [
    ...holesOfGuard(line.await, { node: line, replacement: bare }, line.span, place),
    ...holesOfBlock(line.body, line.span, place),
  ];
}

// ---------------------------------------------------------------------------- guards

/** The guard as a whole, and each of its clauses when there are several. */
function holesOfGuard(
  guard: Expr | undefined,
  without: { readonly node: object; readonly replacement: object },
  rule: Span,
  place: string,
): readonly Hole[] {
  if (guard === undefined) return [];
  const whole: Hole = { operator: "guard", span: guard.span, rule, place, ...without };
  const clauses = clausesOf(guard).map(({ clause, node, replacement }): Hole => {
    return { operator: "clause", span: clause.span, rule, place, node, replacement };
  });
  return [whole, ...clauses];
}

interface Clause {
  readonly clause: Expr;
  /** The `and` in which it stands, and its other side. */
  readonly node: Expr;
  readonly replacement: Expr;
}

function clausesOf(expr: Expr): readonly Clause[] {
  if (expr.kind !== "binary" || expr.operator !== "and") return [];
  const sideOf = (side: Expr, other: Expr): readonly Clause[] => {
    const inner = clausesOf(side);
    return inner.length > 0 ? inner : [{ clause: side, node: expr, replacement: other }];
  };
  return [...sideOf(expr.left, expr.right), ...sideOf(expr.right, expr.left)];
}

// ---------------------------------------------------------------------------- effects

function holesOfBlock(block: Block | undefined, rule: Span, place: string): readonly Hole[] {
  if (block === undefined) return [];
  return block.statements.flatMap((statement, index): readonly Hole[] => {
    const inner = innerBlocks(statement);
    if (inner.length > 0) return inner.flatMap((body) => holesOfBlock(body, rule, place));
    const operator = operatorFor(statement);
    if (operator === undefined) return [];
    const statements = block.statements.toSpliced(index, 1);
    const replacement: Block = { ...block, statements };
    return [{ operator, span: statement.span, rule, place, node: block, replacement }];
  });
}

function innerBlocks(statement: Statement): readonly Block[] {
  switch (statement.kind) {
    case "if":
      return statement.else === undefined ? [statement.then] : [statement.then, statement.else];
    case "for":
      return [statement.body];
    default:
      return [];
  }
}

function operatorFor(statement: Statement): "effect" | "fence" | undefined {
  switch (statement.kind) {
    case "choose":
    case "assert":
    case "if":
    case "for":
      return undefined;
    case "fence":
      return "fence";
    default:
      return "effect";
  }
}
