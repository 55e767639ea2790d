/**
 * The words that matter outside the grammar: which rule reads a declaration, which words join two
 * parts of an expression or a header, and which words can start an item of each construct.
 *
 * The grammar decides what is accepted. These lists decide where a file is cut and what a message
 * suggests, so a word that is missing here makes a worse message, never another language.
 */

/** The words of a text, each once, in order. */
export function wordSet(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/));
}

/** The first word of a declaration, and the rule of the grammar that reads it. */
export const DECLARATION_RULES: ReadonlyMap<string, string> = new Map([
  ["module", "Module"],
  ["use", "Use"],
  ["const", "Const"],
  ["id", "Id"],
  ["symmetric", "Id"],
  ["type", "TypeAlias"],
  ["enum", "Enum"],
  ["record", "Record"],
  ["message", "Message"],
  ["interface", "Interface"],
  ["machine", "Machine"],
  ["thread", "Thread"],
  ["def", "Def"],
  ["system", "System"],
  ["check", "Check"],
  ["scenario", "Scenario"],
  ["refinement", "Refinement"],
  ["binding", "Binding"],
  ["log", "Log"],
  ["deployment", "Deployment"],
]);

/** Declarations that also start items inside braces; only these may stand there in column one. */
export const ALSO_ITEMS: ReadonlySet<string> = wordSet(`def use`);

/** Declarations that end with their closing brace. */
export const BRACED: ReadonlySet<string> = wordSet(
  `enum record message interface machine thread system check scenario refinement binding log
   deployment`,
);

/** Words that can never be the name of something in an expression. */
export const RESERVED: ReadonlySet<string> = wordSet(
  `and or not implies in if then else forall exists true false none`,
);

/** Words after which, or before which, an expression or a header goes on. */
export const JOINING: ReadonlySet<string> = wordSet(
  `and or not implies in if then else until since leads to at within after where of from on
   core per implements always eventually once previously historically`,
);

/** Words that end a declaration, and so can stand where one could start. */
export const ENDING: ReadonlySet<string> = wordSet(`wrap saturate`);

const RULES = "step on after fair strongly";
const STATEMENTS = "send if for choose assert start stop raise mask unmask fence swap cas else";

/** Words that can start an item of a construct, for "did you mean". */
export const ITEM_WORDS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    machine: `port use var durable shared ghost timer interrupt def initial final mode parallel
      fault otherwise`,
    mode: `initial final mode parallel entry exit ${RULES} ignore defer block`,
    parallel: "region",
    region: "initial final mode",
    interface: "port",
    block: STATEMENTS,
    thread: "fair strongly await then var",
    system: "channel def var interrupt memory invariant reachable property",
    check: "memory faults budget only allow expect",
    scenario: "memory do expect must",
    binding: "clock event observe hidden ignore",
    log: "clock event final def invariant reachable property ignore",
    deployment: "hardware domain channel at when heal traffic swarm run seed",
  }).map(([construct, words]) => [construct, [...wordSet(words)]]),
);
