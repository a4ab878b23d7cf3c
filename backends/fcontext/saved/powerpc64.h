/*
 * 64-bit PowerPC: the rounding mode, and the floating-point and vector registers that a
 * function must keep. The assembly saves none of these registers. The switch tells the
 * compiler that they are overwritten, so the compiler saves them around the switch.
 */
#ifndef GTI_SAVED_POWERPC64_H
#define GTI_SAVED_POWERPC64_H

#include <fenv.h>

typedef int gti_saved;

GTI_INLINE gti_saved gti_saved_get(void)
{
    return fegetround();
}

#if defined __ALTIVEC__
#define GTI_VECTORS                                                                                \
    "v20", "v21", "v22", "v23", "v24", "v25", "v26", "v27", "v28", "v29", "v30", "v31",
#else
#define GTI_VECTORS
#endif

GTI_INLINE void gti_saved_set(gti_saved saved)
{
    __asm__ volatile(""
                     :
                     :
                     : GTI_VECTORS "fr14", "fr15", "fr16", "fr17", "fr18", "fr19", "fr20", "fr21",
                       "fr22", "fr23", "fr24", "fr25", "fr26", "fr27", "fr28", "fr29", "fr30",
                       "fr31");
    if (fegetround() != saved)
        fesetround(saved);
}

#endif
