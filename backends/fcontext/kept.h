/*
 * What the assembly does not keep of a context and the switch keeps: the rounding mode
 * (SCHED-7) and registers. It differs by processor.
 *
 *   gti_kept            what is kept
 *   gti_kept_get()      reads it in the calling context, before that jumps
 *   gti_kept_set(kept)  puts it back afterwards
 */
#ifndef GTI_KEPT_H
#define GTI_KEPT_H

#if defined __x86_64__ || defined __i386__ || defined __s390__
#include "kept/nothing.h"
#elif defined __aarch64__
#include "kept/aarch64.h"
#elif defined __powerpc64__
#include "kept/powerpc64.h"
#else
#include "kept/rounding.h"
#endif

#endif
