/**
 * Members of families that are named by numbers: the value counts, not where its range begins.
 *
 * The members of `n` are 2, 3 and 4, and hold their own number in `x`; a reader looks at them
 * through indices made of its variable `b`, whose range is wider.
 */
import { describe, expect, test } from "vitest";
import { labels } from "./libretto-notation.ts";

/** Steps that a machine with `var b: 0..5 = value` can take when they ask `condition`. */
function taken(value: number, condition: string): readonly string[] {
  return steps(value, condition, "");
}

function steps(value: number, condition: string, effects: string): readonly string[] {
  return labels(`
    module families
    const Three = 3
    type Member = 2..4
    type Wide = 0..5
    message Ping { Ping }
    machine Numbered(me: Member) {
      port in ping : Ping
      var x : 0..5 = me
      initial mode Here { on ping.Ping { x = 0 } }
    }
    machine Reader {
      port out ping : Ping per Member
      var b : Wide = ${value}
      initial mode Looking { step see if ${condition} -> Seen { ${effects} } }
      mode Seen { }
    }
    system Families {
      n[m: Member] : Numbered(m)
      reader : Reader
      channel ping : reader.ping[m] -> n[m].ping fifo(1)
    }
    check all of Families { allow stuck }
  `);
}

describe("the index of a family", () => {
  test.each([
    ["of a range that begins lower", "n[b].x == 3"],
    ["of no known range", "n[b + 0].x == 3"],
    ["of no known range, shifted", "n[b + 1].x == 4"],
    ["that is a number", "n[3].x == 3"],
    ["that is a constant", "n[Three].x == 3"],
    ["of a mode", "n[b - 1] in Here"],
    ["of a queue", "ping[b].empty"],
  ])("%s: %s", (_name, condition) => {
    expect(taken(3, condition)).toEqual(["reader.see"]);
  });

  test.each([
    ["below", 0],
    ["just below", 1],
    ["above", 5],
  ])("names no member %s its values", (_name, value) => {
    expect(taken(value, "n[b] in Here")).toEqual([]);
    expect(taken(value, "n[b + 0] in Here")).toEqual([]);
    expect(taken(value, "n[b + 0].x >= 2 and n[b + 0].x <= 4")).toEqual([]);
  });
});

test("a message goes to the member of that number", () => {
  expect(steps(3, "true", "send ping[b].Ping")).toEqual(["n[3].Ping", "reader.see"]);
  expect(steps(3, "true", "send ping[b + 1].Ping")).toEqual(["n[4].Ping", "reader.see"]);
});

describe("two indices", () => {
  /** Which of the queues `link[i][j]`, each of which `i * 2 + j` says to fill, a reader finds. */
  function found(row: number, column: number): readonly string[] {
    return labels(`
      module pairs
      type Row = 1..2
      type Column = 0..1
      type Wide = 0..3
      message Ping { Ping }
      machine From(me: Row) {
        port out to : Ping per Column
        initial mode Here { step fill if me == 1 -> There { send to[1].Ping } }
        final mode There { }
      }
      machine To(me: Column) {
        port in ping : Ping
        initial mode Here { block ping.Ping }
      }
      machine Reader {
        var row : Wide = ${row}
        var column : Wide = ${column}
        initial mode Looking { step see if link[row][column].size == 1 -> Seen }
        final mode Seen { }
      }
      system Pairs {
        from[r: Row] : From(r)
        to[c: Column] : To(c)
        reader : Reader
        channel link : from[r].to[c] -> to[c].ping fifo(1)
      }
      check all of Pairs { allow stuck }
    `).filter((label) => label.startsWith("reader"));
  }

  test("name one queue", () => {
    expect(found(1, 1)).toEqual(["reader.see"]);
    expect(found(2, 1)).toEqual([]);
  });

  test("never name a queue of another row", () => {
    expect(found(0, 3)).toEqual([]);
    expect(found(2, 0)).toEqual([]);
    expect(found(1, 3)).toEqual([]);
  });
});
