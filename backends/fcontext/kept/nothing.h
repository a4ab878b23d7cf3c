/*
 * The assembly keeps everything, the floating-point control words, too.
 */
#ifndef GTI_KEPT_NOTHING_H
#define GTI_KEPT_NOTHING_H

typedef char gti_kept;

GTI_INLINE gti_kept gti_kept_get(void)
{
    return 0;
}

GTI_INLINE void gti_kept_set(gti_kept kept)
{
    (void)kept;
}

#endif
