/*
 * 64-bit Arm: the floating-point control register, which has no status flags. A read
 * takes one instruction, where <fenv.h> would take a call. A write makes the unit wait,
 * so the switch writes only if the value differs.
 */
#ifndef GTI_KEPT_AARCH64_H
#define GTI_KEPT_AARCH64_H

#include <stdint.h>

typedef uint64_t gti_kept;

GTI_INLINE gti_kept gti_kept_get(void)
{
    gti_kept now;
    __asm__ volatile("mrs %0, fpcr" : "=r"(now));
    return now;
}

GTI_INLINE void gti_kept_set(gti_kept kept)
{
    if (gti_kept_get() != kept)
        __asm__ volatile("msr fpcr, %0" : : "r"(kept) : "memory");
}

#endif
