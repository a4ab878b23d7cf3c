/*
 * The assembly saves the floating-point control words itself.
 */
#ifndef GTI_ROUNDING_KEPT_H
#define GTI_ROUNDING_KEPT_H

typedef char gti_rounding;

GTI_INLINE gti_rounding gti_rounding_get(void)
{
    return 0;
}

GTI_INLINE void gti_rounding_set(gti_rounding kept)
{
    (void)kept;
}

#endif
