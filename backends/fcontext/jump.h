/*
 * How the assembly is entered.
 *
 *   gti_jump(to, passed)  as jump_fcontext
 */
#ifndef GTI_JUMP_H
#define GTI_JUMP_H

typedef struct gti_transfer {
    void *suspended; /* the context that jumped here */
    void *passed;    /* its gti_context */
} gti_transfer;

extern gti_transfer jump_fcontext(void *to, void *passed);

#if defined __x86_64__ && !defined __ILP32__ && !defined _WIN32
#include "jump/x86_64.h"
#else
#include "jump/call.h"
#endif

#endif
