/**
 * Offsets of a virtual function's registers, and bits in them.
 *
 * Source: Linux drivers/net/ethernet/intel/ixgbevf/regs.h and defines.h. One queue is modelled, so
 * those of the rings stand for queue 0.
 */
export const VFCTRL = 0x000;
export const VFSTATUS = 0x008;
export const VFLINKS = 0x010;
export const VTEICR = 0x100;
export const VTEICS = 0x104;
export const VTEIMS = 0x108;
export const VTEIMC = 0x10c;
export const VTEIAC = 0x110;
export const VTEIAM = 0x114;
export const VFMBMEM = 0x200;
export const VFMAILBOX = 0x2fc;
export const VTEITR = 0x820;
export const VFRDBAL = 0x1000;
export const VFRDLEN = 0x1008;
export const VFRDH = 0x1010;
export const VFRDT = 0x1018;
export const VFRXDCTL = 0x1028;
export const VFTDBAL = 0x2000;
export const VFTDLEN = 0x2008;
export const VFTDH = 0x2010;
export const VFTDT = 0x2018;
export const VFTXDCTL = 0x2028;
export const VFTDWBAL = 0x2038;

/** Bit of VFCTRL: reset the function. */
export const CTRL_RST: number = 1 << 26;
/** Bit of VFLINKS. */
export const LINKS_UP = 0x4000_0000;
/** Bit of RXDCTL and TXDCTL: the queue runs. */
export const QUEUE_ENABLE: number = 1 << 25;
/** Bits of VTEICR that a VF has: two of queues, one of the mailbox. */
export const ALL_CAUSES = 7;
/** What a read of a function gives that is gone from the bus. */
export const GONE: number = -1;

/** How a driver reaches its device. */
export interface Registers {
  read(offset: number): number;
  write(offset: number, value: number): void;
}
