/*
 * 64-bit Arm: the floating-point control register, which has no status flags. A read
 * takes one instruction, where <fenv.h> would take a call. A write makes the unit wait,
 * so the switch writes only if the value differs.
 */
#ifndef GTI_SAVED_AARCH64_H
#define GTI_SAVED_AARCH64_H

#include <stdint.h>

typedef uint64_t gti_saved;

GTI_INLINE gti_saved gti_saved_get(void)
{
    gti_saved now;
    __asm__ volatile("mrs %0, fpcr" : "=r"(now));
    return now;
}

GTI_INLINE void gti_saved_set(gti_saved saved)
{
    if (gti_saved_get() != saved)
        __asm__ volatile("msr fpcr, %0" : : "r"(saved) : "memory");
}

#endif
