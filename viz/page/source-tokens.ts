/**
 * Words of a line of Libretto, coloured: comments, strings, numbers and the words of the language.
 *
 * Keywords are contextual in Libretto, so a field that is called `from` is coloured too. That is
 * wrong and harmless; a parser in the page would be neither small nor safe.
 */

export interface SourceToken {
  readonly kind: "plain" | "comment" | "string" | "keyword" | "number";
  readonly text: string;
}

const KEYWORDS = new Set(
  `module use from const type enum record message id symmetric machine thread system interface
  port in out per durable shared ghost var initial final mode parallel region entry exit step on if
  then else after fault ignore defer block otherwise drop fail send choose where assert start stop
  fence swap cas await fair strongly timer interrupt raise mask unmask channel fifo mailbox bag
  rendezvous lossy duplicating reordering inbox memory sc tso def invariant reachable property
  always eventually until leads to once previously historically since within forall exists count
  refinement implements scenario do expect must check of faults only allow stuck profile nightly
  budget violation states binding log clock event observe hidden upto deployment and or not implies
  for true false none wrap saturate set map list bool settled next`
    .split(/\s+/)
    .map((word) => word.toLowerCase()),
);

const PARTS = /\/\/.*|\/\*|"(?:[^"\\]|\\.)*"?|[A-Za-z_][A-Za-z0-9_]*|\d+/g;

/** Splits a line; `open` says that a block comment continues on the next one. */
export function tokenize(
  line: string,
  inComment: boolean,
): { readonly tokens: readonly SourceToken[]; readonly open: boolean } {
  const tokens: SourceToken[] = [];
  const add = (kind: SourceToken["kind"], text: string): void => {
    if (text !== "") {
      tokens.push({ kind, text });
    }
  };
  let at = 0;
  let open = inComment;
  while (at < line.length) {
    if (open) {
      const end = line.indexOf("*/", at);
      const stop = end < 0 ? line.length : end + 2;
      add("comment", line.slice(at, stop));
      open = end < 0;
      at = stop;
      continue;
    }
    PARTS.lastIndex = at;
    const match = PARTS.exec(line);
    if (match === null) {
      add("plain", line.slice(at));
      break;
    }
    add("plain", line.slice(at, match.index));
    const [text] = match;
    at = match.index + text.length;
    if (text === "/*") {
      add("comment", text);
      open = true;
    } else {
      add(kindOf(text), text);
    }
  }
  return { tokens, open };
}

function kindOf(text: string): SourceToken["kind"] {
  if (text.startsWith("//")) {
    return "comment";
  }
  if (text.startsWith('"')) {
    return "string";
  }
  if (/^\d/.test(text)) {
    return "number";
  }
  return KEYWORDS.has(text) ? "keyword" : "plain";
}
