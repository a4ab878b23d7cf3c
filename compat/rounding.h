/*
 * The contract of compat: the rounding mode of the calling context.
 */
#ifndef GTI_COMPAT_ROUNDING_H
#define GTI_COMPAT_ROUNDING_H

#include "compat/inline.h"

/* From here on, rounds to nearest. */
void gti_rounding_to_nearest(void);

/*
 * Does the same, where a check shows that it may be needed. x86 has two units with a mode
 * each; <fenv.h> always sets both.
 */
#if defined __GNUC__ && (defined __x86_64__ || defined __i386__)
GTI_INLINE void gti_rounding_reset(void)
{
    unsigned short control = 0; /* MemorySanitizer does not see what assembly writes */
    __asm__ volatile("fnstcw %0" : "=m"(control));
    if (control & 0xc00)
        gti_rounding_to_nearest();
}
#else
GTI_INLINE void gti_rounding_reset(void)
{
    gti_rounding_to_nearest();
}
#endif

#endif
