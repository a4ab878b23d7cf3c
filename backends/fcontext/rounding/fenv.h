/*
 * Any other processor, by ISO C: two calls for each switch.
 */
#ifndef GTI_ROUNDING_FENV_H
#define GTI_ROUNDING_FENV_H

#include <fenv.h>

typedef int gti_rounding;

GTI_INLINE gti_rounding gti_rounding_get(void)
{
    return fegetround();
}

GTI_INLINE void gti_rounding_set(gti_rounding kept)
{
    if (fegetround() != kept)
        fesetround(kept);
}

#endif
