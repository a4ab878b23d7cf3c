/*
 * As a function.
 */
#ifndef GTI_JUMP_CALL_H
#define GTI_JUMP_CALL_H

GTI_INLINE gti_transfer gti_jump(void *to, void *passed)
{
    return jump_fcontext(to, passed);
}

#endif
