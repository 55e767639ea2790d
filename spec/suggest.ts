/**
 * "Did you mean …": the declared name that a misspelt word most likely stands for.
 *
 * Distance is the number of single-letter insertions, deletions, replacements and swaps of
 * neighbours (optimal string alignment). A word may differ in a third of its letters, so that
 * `Opne` finds `Open` while `x` finds nothing; a word that differs only in case always matches.
 *
 * Ties go to the candidate that comes first in code unit order, so that a hint never depends on the
 * order in which declarations were collected.
 */

/** Words longer than this, in UTF-16 units, get no suggestion. */
const WORD_LENGTH_MAX = 64;

/** Letters of the longer word per allowed mistake. */
const LETTERS_PER_MISTAKE = 3;

/**
 * Finds the candidate closest to `word`, or `undefined` when none is close enough.
 *
 * A candidate equal to `word` is skipped: it was evidently not what was missing.
 */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length === 0 || word.length > WORD_LENGTH_MAX) return undefined;
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    if (candidate === word || candidate.length > WORD_LENGTH_MAX) continue;
    const distance = mistakes(word, candidate);
    if (distance > Math.floor(Math.max(word.length, candidate.length) / LETTERS_PER_MISTAKE)) {
      continue;
    }
    const closer = distance < bestDistance;
    const earlier = distance === bestDistance && best !== undefined && candidate < best;
    if (closer || earlier) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function mistakes(word: string, candidate: string): number {
  if (word.toLowerCase() === candidate.toLowerCase()) return 0;
  return distanceOfMiddles(word, candidate);
}

/** What two words share at their ends is no mistake: only the middles are compared. */
function distanceOfMiddles(word: string, candidate: string): number {
  const shorter = Math.min(word.length, candidate.length);
  let head = 0;
  while (head < shorter && word[head] === candidate[head]) head++;
  let tail = 0;
  while (tail < shorter - head && word.at(-1 - tail) === candidate.at(-1 - tail)) tail++;
  const middle = (text: string): string => text.slice(head, text.length - tail);
  return alignmentDistance(middle(word), middle(candidate));
}

/** Edit distance with swaps of neighbours; keeps three rows of the usual table. */
function alignmentDistance(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      let cost = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
      );
      const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (row > 1 && column > 1 && swapped) cost = Math.min(cost, at(beforeLast, column - 2) + 1);
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return at(last, right.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
