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
 * each; <fenv.h> always sets both. An Arm processor of the M profile tells in a bit whether the
 * context has used floating point. Until then the mode is the default.
 */
#if defined __GNUC__ && (defined __x86_64__ || defined __i386__)
GTI_INLINE void gti_rounding_reset(void)
{
    unsigned short control = 0; /* MemorySanitizer does not see what assembly writes */
    __asm__ volatile("fnstcw %0" : "=m"(control));
    if (control & 0xc00)
        gti_rounding_to_nearest();
}
#elif defined __ARM_FP && __ARM_ARCH_PROFILE == 'M'
/* To ask for the mode is to use floating point, which costs each later switch more. */
GTI_INLINE void gti_rounding_reset(void)
{
    unsigned control;
    __asm__ volatile("mrs %0, control" : "=r"(control));
    if (control & 4)
        gti_rounding_to_nearest();
}
#else
GTI_INLINE void gti_rounding_reset(void)
{
    gti_rounding_to_nearest();
}
#endif

#endif
