/*
 * The assembly keeps everything, the floating-point control words, too.
 */
#ifndef GTI_SAVED_NOTHING_H
#define GTI_SAVED_NOTHING_H

typedef char gti_saved;

GTI_INLINE gti_saved gti_saved_get(void)
{
    return 0;
}

GTI_INLINE void gti_saved_set(gti_saved saved)
{
    (void)saved;
}

#endif
