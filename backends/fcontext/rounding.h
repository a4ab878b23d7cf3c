/*
 * The rounding mode across a jump (SCHED-7), by processor.
 *
 *   gti_rounding             what is kept
 *   gti_rounding_get()       the calling context's
 *   gti_rounding_set(kept)   puts it back
 */
#ifndef GTI_ROUNDING_H
#define GTI_ROUNDING_H

#if defined __x86_64__ || defined __i386__ || defined __s390__
#include "rounding/kept.h"
#elif defined __aarch64__
#include "rounding/aarch64.h"
#else
#include "rounding/fenv.h"
#endif

#endif
