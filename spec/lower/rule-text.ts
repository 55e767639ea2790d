/** How reports name a rule: `Server.Up on req.Data if c in table`, `Server.Down step restart`. */
import type * as syntax from "../syntax.ts";
import type { ModeInfo } from "./modes.ts";
import type { EventRule } from "./reactions.ts";
import { type Lowering, textAt } from "./scope.ts";

export function textOfRule(
  lowering: Lowering,
  machine: string,
  mode: ModeInfo | undefined,
  rule: EventRule | syntax.DispositionRule,
): string {
  const where = mode === undefined ? machine : `${machine}.${mode.path}`;
  if (rule.kind === "disposition") {
    const events = rule.events.map((event) => `${event.port.text}.${event.message.text}`);
    return `${where} ${rule.disposition} ${events.join(", ")}`;
  }
  const guard = rule.guard === undefined ? "" : ` if ${textAt(lowering, rule.guard.span)}`;
  return `${where} ${eventText(rule)}${guard}`;
}

function eventText(rule: EventRule): string {
  switch (rule.kind) {
    case "step":
      return `step ${rule.name.text}`;
    case "receive":
      return `on ${rule.port.text}.${rule.message.text}`;
    case "after":
      return `after ${rule.timer.text}`;
    case "onInterrupt":
      return `on interrupt ${rule.line.text}`;
  }
}
