/**
 * Runs before each test file: random tests take the same values in every run.
 *
 * A failure on one machine is then a failure on all. `REHEARSAL_SEED=7 npx vitest run …` looks at
 * other values; a failing test prints the seed and the path that repeat it.
 */
import fc from "fast-check";

const SEED_DEFAULT = 1;

const seed = Number(process.env.REHEARSAL_SEED ?? SEED_DEFAULT);
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
