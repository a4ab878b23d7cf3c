/*
 * What the assembly does not keep of a context and the switch keeps: the rounding mode
 * (SCHED-7) and registers. It differs by processor.
 *
 *   gti_saved             what is saved
 *   gti_saved_get()       reads it in the calling context, before that jumps
 *   gti_saved_set(saved)  puts it back afterwards
 */
#ifndef GTI_SAVED_H
#define GTI_SAVED_H

#if defined __x86_64__ || defined __i386__ || defined __s390__
#include "saved/nothing.h"
#elif defined __aarch64__
#include "saved/aarch64.h"
#elif defined __powerpc64__
#include "saved/powerpc64.h"
#else
#include "saved/rounding.h"
#endif

#endif
