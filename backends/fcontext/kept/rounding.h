/*
 * The rounding mode by ISO C, for any processor. It takes two calls for each switch.
 */
#ifndef GTI_KEPT_ROUNDING_H
#define GTI_KEPT_ROUNDING_H

#include <fenv.h>

typedef int gti_kept;

GTI_INLINE gti_kept gti_kept_get(void)
{
    return fegetround();
}

GTI_INLINE void gti_kept_set(gti_kept kept)
{
    if (fegetround() != kept)
        fesetround(kept);
}

#endif
