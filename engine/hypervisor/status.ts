/** What hypercalls return, with the numbers of Xen's public headers (public/errno.h). */
export const OK = 0;
export const EPERM: number = -1;
export const ENOENT: number = -2;
export const ESRCH: number = -3;
export const EAGAIN: number = -11;
export const ENOMEM: number = -12;
export const EFAULT: number = -14;
export const EBUSY: number = -16;
export const EEXIST: number = -17;
export const ENODEV: number = -19;
export const EINVAL: number = -22;
export const ENOSPC: number = -28;
/** Not for guests: the hypercall was pre-empted and goes on when it is issued again. */
export const ERESTART: number = -85;
export const EADDRINUSE: number = -98;
