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
    const allowed = Math.floor(Math.max(word.length, candidate.length) / LETTERS_PER_MISTAKE);
    const distance = mistakes(word, candidate, Math.min(allowed, bestDistance));
    if (distance > allowed) continue;
    const closer = distance < bestDistance;
    const earlier = distance === bestDistance && best !== undefined && candidate < best;
    if (closer || earlier) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** The number of mistakes; anything above `most` when there are more than that. */
function mistakes(word: string, candidate: string, most: number): number {
  if (word.length === candidate.length && word.toLowerCase() === candidate.toLowerCase()) return 0;
  if (Math.abs(word.length - candidate.length) > most) return Number.POSITIVE_INFINITY;
  if (lettersWithout(word, candidate) > most) return Number.POSITIVE_INFINITY;
  return alignmentDistance(word, candidate, most);
}

/** Letters of the word that the candidate lacks, each a mistake at least: cheap to count. */
function lettersWithout(word: string, candidate: string): number {
  let count = 0;
  for (let index = 0; index < word.length; index++) {
    const letter = word[index] ?? "";
    if (!candidate.includes(letter)) count++;
  }
  return count;
}

/**
 * Edit distance with swaps of neighbours; keeps three rows of the usual table. A path to the result
 * enters one of every two rows, so when both are above `most` the result is as well.
 */
function alignmentDistance(left: string, right: string, most: number): number {
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
    if (Math.min(...current, ...last) > most) return Number.POSITIVE_INFINITY;
    beforeLast = last;
    last = current;
  }
  return at(last, right.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
