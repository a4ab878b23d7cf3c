/*
 * 64-bit Arm: the whole control register, which holds no status. Reading it
 * takes one instruction and no call, which <fenv.h> would be; writing it makes
 * the floating-point unit wait, so that is done only when it differs.
 */
#ifndef GTI_ROUNDING_AARCH64_H
#define GTI_ROUNDING_AARCH64_H

#include <stdint.h>

typedef uint64_t gti_rounding;

GTI_INLINE gti_rounding gti_rounding_get(void)
{
    gti_rounding now;
    __asm__ volatile("mrs %0, fpcr" : "=r"(now));
    return now;
}

GTI_INLINE void gti_rounding_set(gti_rounding kept)
{
    if (gti_rounding_get() != kept)
        __asm__ volatile("msr fpcr, %0" : : "r"(kept) : "memory");
}

#endif
