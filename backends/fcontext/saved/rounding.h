/*
 * The rounding mode by ISO C, for any processor. It takes two calls for each switch.
 */
#ifndef GTI_SAVED_ROUNDING_H
#define GTI_SAVED_ROUNDING_H

#include <fenv.h>

typedef int gti_saved;

GTI_INLINE gti_saved gti_saved_get(void)
{
    return fegetround();
}

GTI_INLINE void gti_saved_set(gti_saved saved)
{
    if (fegetround() != saved)
        fesetround(saved);
}

#endif
