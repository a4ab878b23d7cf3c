/*
 * The contract of compat: what the sanitizers are told of stacks. Which one
 * the compiler was asked for decides the file; without one nothing is left.
 *
 *   gti_fiber                    a sanitizer's record of one stack
 *   gti_fiber_new(f, low, size)  a stack that core mapped, before its first use
 *   gti_fiber_reset(f)           before a new context is made on it: what the
 *                                last one left there for ever is forgotten
 *   gti_fiber_free(f)            before it is unmapped
 *   gti_fiber_adopt(f)           the OS thread's own stack
 *   gti_fiber_leave(from, to)    before a switch; `from` NULL: for ever
 *   gti_fiber_enter(f)           after a switch, on the stack of `f`; the
 *                                first thing on a new stack
 *
 * Backends whose contexts are OS threads tell them nothing.
 */
#ifndef GTI_COMPAT_SANITIZER_H
#define GTI_COMPAT_SANITIZER_H

#include "compat/inline.h"

#if defined __has_feature
#if __has_feature(address_sanitizer)
#define GTI_SANITIZE_ADDRESS 1
#elif __has_feature(thread_sanitizer)
#define GTI_SANITIZE_THREAD 1
#endif
#elif defined __SANITIZE_ADDRESS__
#define GTI_SANITIZE_ADDRESS 1
#elif defined __SANITIZE_THREAD__
#define GTI_SANITIZE_THREAD 1
#endif

#if defined GTI_SANITIZE_ADDRESS
#include "sanitizer/address.h"
#elif defined GTI_SANITIZE_THREAD
#include "sanitizer/thread.h"
#else
#include "sanitizer/none.h"
#endif

#endif
