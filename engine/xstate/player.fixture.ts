/** A machine that has everything a statechart can have, and a hand that presses its keys. */

/** `channel` is what carries the keys: `fifo(2)`. */
export function playerText(channel: string): string {
  return `module player
message Key { Press, Eject }
machine Player {
  port in key : Key
  var n : 0..3 = 0
  initial mode Off { on key.Press -> On  ignore key.Eject }
  mode On {
    exit { n = 0 }
    on key.Eject -> Off
    parallel {
      region Sound {
        initial mode Quiet { on key.Press -> Loud.High }
        mode Loud {
          initial mode Low { step up if n < 3 -> High { n += 1 } }
          mode High { step down -> Low }
          step mute -> Quiet
          step burn if n == 3 -> Off
        }
      }
      region Light {
        initial mode Dark { on key.Press -> Bright }
        mode Bright { step again -> Bright  step toLoud if n == 2 -> On }
      }
    }
  }
  otherwise drop
  fault jolt from On -> Sound.Loud
}
machine Hand {
  port out key : Key
  initial mode Here { step press { send key.Press }  step eject { send key.Eject } }
}
system Room {
  player : Player
  hand : Hand
  channel key : hand.key -> player.key ${channel}
}
check c of Room { faults player.jolt <= 3 }
`;
}
