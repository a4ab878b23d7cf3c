/*
 * The rounding mode (SCHED-7). glibc's functions keep it on the processors that are named here,
 * where the suite has seen it. They lose it on sparc64. Elsewhere the switch keeps it, for two
 * calls beside a system call. Rejected: to try it when configuring. A cross compiler may
 * have no emulator.
 */
#ifndef GTI_SAVED_H
#define GTI_SAVED_H

#include <ucontext.h>

#if defined __GLIBC__ && (defined __x86_64__ || defined __i386__ || defined __aarch64__ ||         \
                          defined __arm__ || defined __powerpc64__ || defined __s390x__)
#include "backends/fcontext/saved/nothing.h"
#else
#include "backends/fcontext/saved/rounding.h"
#endif

#endif
