/**
 * Random Libretto texts for property tests: every construct of the grammar, in any spacing.
 *
 * Names mean nothing: the texts parse, they need not type-check (`arbitrary-program.ts` makes those
 * that do). Where the language tells two readings apart by what follows a word, such as `once [1]`,
 * the texts keep to one of them.
 */
import fc from "fast-check";
import {
  list,
  many,
  oneOf,
  opt,
  repeated,
  seq,
  spaced,
  type Tokens,
} from "./arbitrary-tokens.fixture.ts";

/** Levels of expressions inside each other. */
const DEPTH_MAX = 3;

// ---------------------------------------------------------------------------- words

/** Words of the language are names too, where nothing can be mistaken. */
const NAME: Tokens = oneOf("a", "b2", "_x", "Up", "event", "line", "step", "mode", "state", "ring");
const FIELD: Tokens = oneOf(NAME, "from", "in", "not", "mode", "forall", "until", "empty");
const DURATION: Tokens = oneOf("3s", "200ms", "1.5s", "0ns", "2h", "7us", "9m");
const NUMBER: Tokens = oneOf("0", "1", "42");
const TEXT: Tokens = oneOf('"ns.start"', '"a \\" b"', '"// no comment"', '""');

// ---------------------------------------------------------------------------- expressions

const INFIX: Tokens = oneOf(
  ["and", "or", "==", "!=", "<", "<=", ">", ">=", "in", "+", "-", "*", "%", "implies"],
  seq("not", "in"),
);

function atom(depth: number): Tokens {
  const simple = [NAME, NUMBER, DURATION, TEXT, "true", "false", "none", "_", seq("{", "}")];
  if (depth <= 0) return oneOf(simple);
  const inner = fc.memo(() => expr(depth - 1))();
  return oneOf(
    simple,
    seq("(", inner, ")"),
    seq("{", list(inner, 1), "}"),
    seq("[", list(inner), "]"),
    seq("{", NAME, "in", sum(depth - 1), "where", inner, "}"),
  );
}

function postfix(depth: number): Tokens {
  if (depth <= 0) return atom(depth);
  const inner = expr(depth - 1);
  const part = oneOf(seq(".", FIELD), seq("[", inner, "]"), seq("(", list(inner), ")"));
  return oneOf(atom(depth), seq(NAME, repeated(part, 1)), seq(atom(depth), ".", FIELD));
}

function sum(depth: number): Tokens {
  const operator = oneOf("+", "-", "*", "%");
  return oneOf(postfix(depth), seq(opt("-"), postfix(depth), operator, postfix(depth)));
}

/** Comparisons and temporal operators do not chain, so a second one is put in parentheses. */
function expr(depth: number): Tokens {
  if (depth <= 0) return atom(0);
  const inner = expr(depth - 1);
  // Before `-` or `[`, the words of temporal operators are names.
  const past = seq(oneOf("once", "previously", "historically"), oneOf(NAME, seq("(", inner, ")")));
  const operand = seq(repeated(oneOf("not", "-")), oneOf(postfix(depth), postfix(depth), past));
  const temporal = oneOf("until", "since", seq("leads", "to"));
  const within = opt("within", DURATION, opt("after", sum(depth - 1)));
  return oneOf(
    operand,
    seq(operand, INFIX, operand),
    seq(postfix(depth), oneOf("and", "or"), operand, "implies", operand),
    seq(postfix(depth), "at", NAME, opt("+", postfix(depth - 1))),
    seq("(", inner, ")", temporal, "(", inner, ")", within),
    seq(oneOf("always", "eventually"), "(", inner, ")", within),
    seq(oneOf("always", "eventually"), "not", inner),
    seq(oneOf("forall", "exists", "count"), list(seq(NAME, "in", sum(0)), 1), ":", inner),
    seq("if", inner, "then", inner, "else", inner),
    seq("from", NAME, opt("(", list(inner), ")"), "until", postfix(depth - 1)),
    seq(postfix(depth - 1), "and", "forall", NAME, "in", NAME, ":", inner),
  );
}

const EXPR: Tokens = expr(2);
const PLACE: Tokens = seq(NAME, repeated(oneOf(seq(".", FIELD), seq("[", NAME, "]"))));

/** A random expression as tokens. */
export const arbitraryExpression: Tokens = expr(DEPTH_MAX);

// ---------------------------------------------------------------------------- types

function type(depth: number): Tokens {
  const simple = [NAME, "bool", seq(sum(0), "..", sum(0)), seq(NUMBER, "..", NUMBER)];
  if (depth <= 0) return oneOf(simple);
  const inner = type(depth - 1);
  return seq(
    oneOf(
      simple,
      seq("set", "<", inner, ">"),
      seq("map", "<", inner, ",", inner, ">"),
      seq("list", "<", inner, ";", sum(0), ">"),
    ),
    opt("?"),
  );
}

const TYPE: Tokens = type(2);
const PARAMETERS: Tokens = opt("(", list(seq(NAME, ":", TYPE)), ")");

// ---------------------------------------------------------------------------- machines

function block(depth: number): Tokens {
  return seq("{", many(statement(depth)), "}");
}

function statement(depth: number): Tokens {
  const simple = [
    seq(PLACE, oneOf("=", "+=", "-="), EXPR),
    seq(PLACE, "=", "swap", "(", PLACE, ",", EXPR, ")"),
    seq(opt(PLACE, "="), "cas", "(", PLACE, ",", EXPR, ",", EXPR, ")"),
    seq("send", NAME, opt("[", EXPR, "]"), ".", FIELD, opt("(", list(EXPR), ")")),
    seq("choose", NAME, "in", sum(1), opt("where", EXPR)),
    seq("assert", EXPR),
    seq(oneOf("start", "stop"), NAME),
    seq(oneOf("raise", "mask", "unmask"), PLACE),
    "fence",
  ];
  if (depth <= 0) return oneOf(simple);
  const inner = block(depth - 1);
  return oneOf(
    simple,
    seq("if", EXPR, inner, repeated(seq("else", "if", EXPR, inner)), opt("else", inner)),
    seq("for", NAME, "in", sum(1), inner),
  );
}

const FAIRNESS: Tokens = oneOf(seq(), "fair", seq("strongly", "fair"));
const PATH: Tokens = seq(NAME, repeated(seq(".", NAME)));
const TARGET: Tokens = opt("->", PATH);
const BODY: Tokens = fc.option(block(1), { nil: [] });
const BINDERS: Tokens = opt("(", list(oneOf(NAME, "_")), ")");

const RULE: Tokens = seq(
  FAIRNESS,
  oneOf(
    seq("step", NAME),
    seq("on", NAME, opt("[", NAME, "]"), ".", FIELD, BINDERS),
    seq("on", "interrupt", NAME),
    seq("after", NAME),
  ),
  opt("if", EXPR),
  TARGET,
  BODY,
);

const VARIABLE: Tokens = seq(
  [oneOf(seq(), "durable", "shared", "ghost", seq("durable", "ghost"))],
  ["var", NAME, ":", TYPE, "=", EXPR],
);
const DEF: Tokens = seq("def", NAME, opt("(", list(seq(NAME, opt(":", TYPE))), ")"), "=", EXPR);
const PORT: Tokens = seq("port", oneOf("in", "out"), NAME, ":", NAME, opt("per", NAME));
const INTERRUPT: Tokens = seq("interrupt", NAME);

function mode(depth: number): Tokens {
  const items = [
    RULE,
    seq(oneOf("entry", "exit"), block(1)),
    seq(oneOf("ignore", "defer", "block"), list(seq(NAME, ".", FIELD), 1)),
  ];
  const nested = depth <= 0 ? [] : [mode(depth - 1), parallel(depth - 1)];
  const marks = oneOf(seq(), "initial", "final", seq("initial", "final"));
  return seq(marks, "mode", NAME, "{", many(oneOf(items, nested)), "}");
}

function parallel(depth: number): Tokens {
  return seq("parallel", "{", many(seq("region", NAME, "{", many(mode(depth), 2), "}"), 2), "}");
}

const FAULT: Tokens = seq(
  ["fault", NAME, opt("from", list(PATH, 1)), TARGET, BODY],
  opt("inbox", oneOf("drop", "keep")),
);
const MACHINE_ITEM: Tokens = oneOf(
  PORT,
  seq("use", NAME),
  VARIABLE,
  seq("timer", NAME, DURATION, opt("..", DURATION)),
  INTERRUPT,
  DEF,
  mode(1),
  parallel(0),
  FAULT,
  seq("otherwise", oneOf("fail", "drop", "block")),
);

function next(depth: number): Tokens {
  const more = depth <= 0 ? [] : [next(depth - 1)];
  const branch = seq("if", EXPR, "then", NAME, "else", oneOf(NAME, more));
  return oneOf(seq("then", NAME), branch);
}

const LINE: Tokens = seq(
  FAIRNESS,
  NAME,
  ":",
  opt("await", EXPR),
  BODY,
  fc.option(next(1), { nil: [] }),
);
const CORE: Tokens = oneOf(NAME, NUMBER, seq(NAME, "+", NUMBER));
const THREAD: Tokens = seq([
  "thread",
  NAME,
  PARAMETERS,
  opt("on", "core", CORE),
  "{",
  many(VARIABLE, 1),
  many(LINE),
  "}",
]);

// ---------------------------------------------------------------------------- systems and the rest

const INDEX: Tokens = opt("[", NAME, ":", NAME, "]");
const END: Tokens = seq([
  NAME,
  oneOf(seq(), seq("[", "*", "]"), seq("[", NAME, "]")),
  ".",
  NAME,
  opt("[", NAME, "]"),
]);
const MEMORY: Tokens = oneOf(seq("memory", "sc"), seq("memory", "tso", opt("(", NUMBER, ")")));
const PROPERTY: Tokens = seq(oneOf("invariant", "reachable", "property"), NAME, ":", EXPR);
const CHANNEL: Tokens = seq(
  ["channel", NAME, ":", END, "->", END],
  oneOf("rendezvous", seq(oneOf("fifo", "mailbox", "bag"), "(", EXPR, ")")),
  repeated(oneOf("lossy", "duplicating", seq("reordering", opt("(", NUMBER, ")")))),
);
const SYSTEM_ITEM: Tokens = oneOf(seq(NAME, INDEX, ":", NAME, opt("(", list(EXPR), ")")), [
  CHANNEL,
  DEF,
  VARIABLE,
  INTERRUPT,
  MEMORY,
  PROPERTY,
]);

const SETTING: Tokens = seq(NAME, "=", EXPR);
const BOUND: Tokens = seq(NAME, ".", NAME, oneOf("unbounded", seq("<=", sum(1))));
const CHECK_ITEM: Tokens = oneOf(
  [SETTING, MEMORY, seq("faults", list(BOUND, 1)), seq("only", list(NAME, 1))],
  seq("budget", list(oneOf(DURATION, seq(NUMBER, "GB"), seq(NUMBER, "states")), 1)),
  seq("allow", "stuck"),
  seq("expect", NUMBER, "states"),
  seq("expect", "violation", "of", NAME),
);
const REFERENCE: Tokens = seq(NAME, opt("[", EXPR, "]"), ".", FIELD);
const SCENARIO_ITEM: Tokens = oneOf(
  [SETTING, MEMORY, seq("do", REFERENCE), seq("expect", EXPR), "...", "…"],
  seq("must", "fail", NAME),
);

const WHERE: Tokens = opt("where", "{", list(seq(FIELD, "=", EXPR)), "}");
const CLOCK: Tokens = seq("clock", PLACE, oneOf("ns", "us", "ms", "s"), opt("skew", DURATION));
const IGNORE: Tokens = seq("ignore", list(TEXT, 1));
const BINDING_ITEM: Tokens = oneOf(
  CLOCK,
  seq("event", TEXT, opt("if", EXPR), "=>", REFERENCE, WHERE),
  seq("observe", PLACE, "=", EXPR),
  seq("hidden", list(REFERENCE, 1), "upto", NUMBER),
  IGNORE,
);
const LOG_ITEM: Tokens = oneOf(
  CLOCK,
  seq(
    [opt("final"), "event", NAME, opt("(", list(seq(NAME, ":", NAME)), ")")],
    repeated(seq("from", TEXT, opt("if", EXPR), WHERE)),
  ),
  DEF,
  seq(PROPERTY, opt("on", "loss", oneOf("inconclusive", "ignore"))),
  IGNORE,
);

function hardware(depth: number): Tokens {
  const value = oneOf(NUMBER, DURATION, "1%", "2.5%", NAME, seq("tso", "(", NUMBER, ")"));
  const settings = depth <= 0 ? seq() : opt("{", many(hardware(depth - 1)), "}");
  return seq(NAME, value, settings);
}

const MECHANISM: Tokens = oneOf("doorbell", seq("ring", opt("(", NUMBER, ")")), "evtchn");
const DEPLOYMENT_ITEM: Tokens = oneOf(
  seq("hardware", "{", many(hardware(1)), "}"),
  seq("domain", NAME, INDEX, opt("on", "core", CORE, opt("..", CORE)), "{", list(PLACE), "}"),
  seq("channel", list(NAME, 1), "via", repeated(MECHANISM, 1)),
  seq("at", DURATION, oneOf("fault", "do"), REFERENCE),
  seq("run", DURATION),
  seq("seed", NUMBER),
);

const FIELDS: Tokens = list(seq(FIELD, ":", TYPE));
const KIND: Tokens = seq(NAME, opt("(", FIELDS, ")"));

const DECLARATION: Tokens = oneOf(
  seq("const", NAME, opt(":", TYPE), "=", EXPR),
  seq(opt("symmetric"), "id", NAME),
  seq("type", NAME, "=", TYPE, opt(oneOf("wrap", "saturate"))),
  seq("enum", NAME, "{", list(NAME, 1), opt(","), "}"),
  seq("record", NAME, "{", FIELDS, "}"),
  seq("message", NAME, "{", list(KIND), "}"),
  seq("interface", NAME, "{", many(PORT), "}"),
  DEF,
  seq("machine", NAME, PARAMETERS, "{", many(MACHINE_ITEM), "}"),
  THREAD,
  seq("system", NAME, PARAMETERS, "{", many(SYSTEM_ITEM), "}"),
  seq("check", NAME, "of", NAME, "{", many(CHECK_ITEM), "}"),
  seq("scenario", TEXT, "of", NAME, "{", many(SCENARIO_ITEM), "}"),
  seq(["refinement", NAME, ":", NAME, "implements", NAME], ["{", many(seq(PLACE, "=", EXPR)), "}"]),
  seq("binding", NAME, "of", NAME, "{", many(BINDING_ITEM), "}"),
  seq("log", NAME, "{", many(LOG_ITEM), "}"),
  seq("deployment", NAME, "of", NAME, "{", many(DEPLOYMENT_ITEM), "}"),
);

// ---------------------------------------------------------------------------- texts

/** A random file in random spacing. Declarations start in column one. */
export const arbitraryText: fc.Arbitrary<string> = fc
  .tuple(
    fc.option(spaced(seq("module", NAME)), { nil: "" }),
    fc.array(spaced(seq("use", NAME, opt("from", TEXT))), { maxLength: 2 }),
    fc.array(spaced(DECLARATION), { maxLength: 3 }),
  )
  .map(([module, uses, declarations]) => [module, ...uses, ...declarations].join("\n"));
