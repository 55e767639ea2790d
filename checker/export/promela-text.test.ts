/** The Promela that is written, as text: names, options, beginnings, ghosts. */
import { expect, test } from "vitest";
import { modelOf } from "../libretto-notation.ts";
import { exportPromela, type PromelaExport, type PromelaOptions } from "./promela.ts";

function promela(text: string, options: PromelaOptions = { ghosts: false }): PromelaExport {
  const made = exportPromela(modelOf(text), options);
  if (made.value === undefined) throw new Error(made.error.title);
  return made.value;
}

/** A machine `m` in a system, with one check. */
function machine(body: string, system = ""): string {
  return `module m
type N = 0..2
machine M { ${body} }
system S { m : M  ${system} }
check c of S { allow stuck }`;
}

test("a check, whole", () => {
  const { text, extraStates, leftOut } = promela(
    machine(`var n : N = 0
      initial mode On { step up -> Off { n += 1 } } mode Off { step down -> On }`),
  );
  expect([extraStates, leftOut]).toEqual([0, []]);
  expect(text).toBe(`/* m: check c of S */

#define M_On 0
#define M_Off 1
#define M_inactive 2
byte m;
byte m_n;

active proctype System() {
end:
  do
  /* m.up */
  :: d_step { (m == M_On) && (m_n <= 1) -> m = M_Off; m_n = m_n + 1 }
  /* range: m.up */
  :: d_step { (m == M_On) && (m_n >= 2) -> assert(false) }
  /* m.down */
  :: d_step { m == M_Off -> m = M_On }
  od;
}
`);
});

test("words of Promela and C are no names of variables", () => {
  const { text } = promela(
    machine(
      "var int : bool = true  var len : bool = false  initial mode A { step s { len = int } }",
    ).replaceAll("m : M", "goto : M"),
  );
  expect(text).toMatch(/^byte goto_2|^bit goto_int/m);
  expect(text).not.toMatch(/^\w+ (?:goto|int|len);/m);
});

test("a variable that nothing reads is kept in the state", () => {
  const { text } = promela(
    machine("var seen : bool = false  initial mode A { step s { seen = true } }"),
  );
  expect(text).toMatch(/^ {2}:: false && .*m_seen == 0/m);
});

test("several beginnings are one state more, which the text announces", () => {
  const { text, extraStates, extraSteps } = promela(
    machine(`var n : N = 0
      initial mode A { entry { choose k in N; n = k } step s if n > 0 { n = 0 } }`),
  );
  expect([extraStates, extraSteps]).toEqual([1, 3]);
  expect(text).toContain("Spin counts one state more");
  expect(text).toContain(":: d_step { true -> m_n = 2 }; goto end");
});

const GHOST = machine(
  "ghost var seen : N = 0  var n : 0..1 = 0  initial mode A { step s { n = 1 - n; seen += 1 } }",
);

test("ghosts are left out, and what is lost with them is named", () => {
  const { text, leftOut } = promela(GHOST);
  expect(leftOut).toEqual(["the range of ghost m.seen"]);
  expect(text).not.toContain("m_seen");
});

test("ghosts are judged when they are part of the state", () => {
  const { text, leftOut } = promela(GHOST, { ghosts: true });
  expect(leftOut).toEqual([]);
  expect(text).toMatch(/^byte m_seen;/m);
  expect(text).toContain("/* range: m.s */");
});
