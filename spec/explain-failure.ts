/**
 * Says in the user's words why a declaration could not be read.
 *
 * The parser knows the rightmost place that it reached and what it could have gone on with. From
 * the tokens around that place this module finds the construct that was being read, and looks for
 * the usual mistakes: a misspelt word, `=` for `==`, a duration without unit, a word of the
 * language used as a name. Whatever is left is "cannot stand here", with what was expected.
 */
import type { FailedMatchResult } from "ohm-js";
import type { Diagnostic } from "./diagnostic.ts";
import { didYouMean } from "./suggest.ts";
import type { Span } from "./source.ts";
import {
  foreignSign,
  missingUnit,
  reservedName,
  straySemicolon,
  unexpectedText,
  unfinished,
} from "./syntax-errors.ts";
import type { Token } from "./tokens.ts";
import { ITEM_WORDS, RESERVED } from "./words.ts";

/** More expected things than this are a list that nobody reads. */
const EXPECTED_MAX = 6;

const OPERATOR = "an operator";
const EXPRESSION = "an expression";

/** What ohm records about a failure; not part of its types. */
interface Failure {
  getText(): string;
  isStringTerminal(): boolean;
}

/** A declaration that was matched without success. Places of tokens are those of the file. */
export interface FailedPiece {
  readonly tokens: readonly Token[];
  readonly start: number;
  readonly file: string;
}

/** Finds the message for a failed match. */
export function explainFailure(match: FailedMatchResult, piece: FailedPiece): Diagnostic {
  const place = piece.start + match.getRightmostFailurePosition();
  const at = piece.tokens.findIndex((token) => token.end > place);
  const expected = expectedThings(match);
  const context = contextOf(piece.tokens.slice(0, at < 0 ? undefined : at));
  const token = piece.tokens[at];
  if (token === undefined) return explainEnd(piece, expected, context);
  const span = { file: piece.file, start: token.start, end: token.end };
  const before = piece.tokens[at - 1];
  const words = context.at(-1)?.words ?? [];
  const inside = wordsOf(context);
  const usual = usualMistake(token, span, expected, inside);
  if (usual !== undefined) return usual;
  const misspelt = misspeltWord(before, words, expected);
  if (misspelt !== undefined) {
    const { culprit, near } = misspelt;
    return unexpectedText({
      found: culprit.text,
      span: { file: piece.file, start: culprit.start, end: culprit.end },
      expected: undefined,
      items: [],
      context: inside,
      hint: `did you mean \`${near}\`?`,
    });
  }
  const hint = hintFor(token, words, expected);
  const isItem = hint === undefined && expected.length > EXPECTED_MAX && !isWithin(expected);
  return unexpectedText({
    found: token.text,
    span,
    expected: inWords(expected),
    items: isItem ? words : [],
    context: inside,
    hint,
  });
}

/** True when the text may go on inside an item, so that a list of items would mislead. */
function isWithin(expected: readonly string[]): boolean {
  return expected.includes(EXPRESSION) || expected.includes("a name");
}

function hintFor(
  token: Token,
  words: readonly string[],
  expected: readonly string[],
): string | undefined {
  if (token.text === "," && expected.length > EXPECTED_MAX) {
    return "remove it: a space or a line break is enough here";
  }
  if (token.kind !== "word") return undefined;
  const candidates = [...words, ...expected.map((thing) => thing.replaceAll("`", ""))];
  const found = didYouMean(token.text, candidates);
  return found === undefined ? undefined : `did you mean \`${found}\`?`;
}

function explainEnd(
  piece: FailedPiece,
  expected: readonly string[],
  context: readonly Construct[],
): Diagnostic {
  const last = piece.tokens.at(-1);
  const span = {
    file: piece.file,
    start: last?.start ?? piece.start,
    end: last?.end ?? piece.start,
  };
  const whole = context[0]?.title ?? "this declaration";
  return unfinished(whole, span, inWords(expected));
}

function usualMistake(
  token: Token,
  span: Span,
  expected: readonly string[],
  context: string | undefined,
): Diagnostic | undefined {
  if (token.text === ";") return straySemicolon(span);
  if (token.kind === "number" && expected.includes("a duration") && /^\d+$/.test(token.text)) {
    return missingUnit(token.text, span, context);
  }
  if (expected.includes(OPERATOR)) {
    if (token.text === "=") return foreignSign("=", span, "==", context);
    if (token.text === "=>" || token.text === "->") {
      return foreignSign(token.text, span, "implies", context);
    }
  }
  const wantsName = expected.includes("a name") && !expected.includes(EXPRESSION);
  if (wantsName && RESERVED.has(token.text)) return reservedName(token.text, span, context);
  return undefined;
}

/**
 * A word that was taken for a name although it is a misspelt word of the language: in `sned p.M`
 * the text fails at `p`, and the culprit is the word before it.
 */
function misspeltWord(
  before: Token | undefined,
  words: readonly string[],
  expected: readonly string[],
): { readonly culprit: Token; readonly near: string } | undefined {
  if (before?.kind !== "word" || words.includes(before.text) || expected.includes("a name")) {
    return undefined;
  }
  const found = didYouMean(before.text, words);
  return found === undefined ? undefined : { culprit: before, near: found };
}

/** What the parser could have gone on with, in words, each once. */
function expectedThings(match: FailedMatchResult): readonly string[] {
  const failed = match as FailedMatchResult & { getRightmostFailures(): readonly Failure[] };
  const things = failed
    .getRightmostFailures()
    .map((failure) =>
      failure.isStringTerminal() ? `\`${failure.getText()}\`` : failure.getText(),
    );
  return [...new Set(things)].filter((thing) => thing !== "end of input" && thing !== "not");
}

/** The expected things as part of a sentence; nothing when there are too many to help. */
function inWords(expected: readonly string[]): string | undefined {
  const specific = expected.filter((thing) => thing !== OPERATOR);
  const things = specific.length === 0 ? expected : specific;
  if (things.length === 0 || things.length > EXPECTED_MAX) return undefined;
  const last = things.at(-1) ?? "";
  return things.length === 1 ? last : `${things.slice(0, -1).join(", ")} or ${last}`;
}

// ---------------------------------------------------------------------------- the construct

interface Construct {
  /** "mode `Up`" */
  readonly title: string;
  /** Words that can start an item of it. */
  readonly words: readonly string[];
}

/** Words that open a construct with braces, and what its items are. */
const CONSTRUCTS: ReadonlyMap<string, string> = new Map([
  ...[...ITEM_WORDS.keys()].map((word) => [word, word] as const),
  ...["step", "on", "after", "entry", "exit", "fault", "if", "else", "for"].map(
    (word) => [word, "block"] as const,
  ),
  ["enum", ""],
  ["record", ""],
  ["message", ""],
  ["refinement", ""],
]);

/** The constructs that are open after `tokens`, from the outside in. */
function contextOf(tokens: readonly Token[]): readonly Construct[] {
  const open: { readonly header: number; readonly sign: string }[] = [];
  let header = 0;
  tokens.forEach((token, index) => {
    if (["{", "(", "["].includes(token.text)) {
      open.push({ header, sign: token.text });
      header = index + 1;
    } else if (["}", ")", "]"].includes(token.text)) {
      const opened = open.pop();
      header = token.text === "}" ? index + 1 : (opened?.header ?? 0);
    } else if (token.kind === "word" && CONSTRUCTS.has(token.text)) {
      if (tokens[index - 1]?.text !== "." && !continues(tokens, index)) header = index;
    }
  });
  const constructs = open.filter(({ sign }) => sign === "{").map((one) => one.header);
  const outer = constructs[0] === 0 || tokens.length === 0 ? constructs : [0, ...constructs];
  return outer.flatMap((start) => constructAt(tokens, start) ?? []);
}

/** A guard's `if` or a thread's `if` belongs to the construct that started before it. */
function continues(tokens: readonly Token[], index: number): boolean {
  const word = tokens[index]?.text;
  return (word === "if" || word === "on") && tokens[index - 1]?.text !== "{";
}

function constructAt(tokens: readonly Token[], start: number): Construct | undefined {
  const word = tokens[start];
  if (word?.kind !== "word") return undefined;
  const kind = CONSTRUCTS.get(word.text);
  const words = kind === undefined ? [] : (ITEM_WORDS.get(kind) ?? []);
  const next = tokens[start + 1];
  const named = next?.kind === "word" || next?.kind === "text";
  const name = named ? ` \`${next.text.replaceAll('"', "")}\`` : "";
  return { title: `${word.text}${name}`, words };
}

/** "mode `Up` of machine `Server`" */
function wordsOf(context: readonly Construct[]): string | undefined {
  if (context.length === 0) return undefined;
  return context
    .toReversed()
    .map((construct) => construct.title)
    .join(" of ");
}
