/** What hypercalls return, with the numbers of Xen's public headers (public/errno.h). */
export const OK = 0;
export const EPERM: number = -1;
export const EBUSY: number = -16;
export const EINVAL: number = -22;
export const ENOSPC: number = -28;
export const ESRCH: number = -3;
export const EAGAIN: number = -11;
