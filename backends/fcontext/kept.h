/*
 * What the assembly forgets of a context, and the switch keeps: the rounding
 * mode (SCHED-7), registers. It differs by processor.
 *
 *   gti_kept            what is kept
 *   gti_kept_get()      the calling context's, before it jumps
 *   gti_kept_set(kept)  puts it back, afterwards
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
