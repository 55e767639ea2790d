/**
 * One end of a TCP connection with its timer: a `Tcp` whose retransmissions happen by themselves.
 *
 *     segments in, bytes to write ──► Tcp ──► send(segments)      agenda ──timer──► Tcp
 *
 * The timer of a `Tcp` moves with each acknowledgement; its task stays where it is, and looks again
 * when it comes. So there is about one task for a connection, not one for each segment.
 */
import type { Segment } from "../network/frames.ts";
import { createTcp, type Sent, type Tcp, type TcpOptions } from "../network/tcp.ts";
import type { Agenda } from "../play/agenda.ts";

export interface Endpoint {
  readonly tcp: Tcp;
  connect(): void;
  write(bytes: number): void;
  receive(segment: Segment): void;
}

export interface EndpointOptions extends TcpOptions {
  readonly agenda: Agenda;
  readonly send: (sent: Sent) => void;
  /** Called after a timer has fired. */
  readonly expired: () => void;
}

export function createEndpoint(options: EndpointOptions): Endpoint {
  const { agenda, send, expired } = options;
  const tcp = createTcp(options);
  let watched = Number.POSITIVE_INFINITY;
  const watch = (): void => {
    const { timer } = tcp;
    if (timer === undefined || timer >= watched) return;
    watched = timer;
    agenda.later(timer, () => {
      // A task for a sooner time took the place of this one.
      if (watched !== timer) return;
      watched = Number.POSITIVE_INFINITY;
      put(tcp.expire(agenda.now));
      expired();
    });
  };
  const put = (sent: readonly Sent[]): void => {
    for (const each of sent) send(each);
    watch();
  };
  return {
    tcp,
    connect: () => put(tcp.connect(agenda.now)),
    write: (bytes) => put(tcp.write(agenda.now, bytes)),
    receive: (segment) => put(tcp.receive(agenda.now, segment)),
  };
}
