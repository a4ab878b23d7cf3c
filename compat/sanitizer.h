/*
 * The contract of compat: what the sanitizers are told of stacks, and of memory that is
 * used again. The sanitizer that the compiler was asked for decides which file is used.
 * Without one, almost nothing is left.
 *
 *   gti_fiber                    a sanitizer's record of one stack
 *   gti_fiber_new(f, low, size)  for a new stack, before its first use. `low` NULL: a
 *                                carrier brings it. False: the tool can follow no more
 *                                stacks, and has said so
 *   gti_fiber_reset(f)           before a new context is made on it: drops what the
 *                                last context left there for good
 *   gti_fiber_free(f)            before it is unmapped
 *   gti_fiber_adopt(f)           for the OS thread's own stack
 *   gti_fiber_disown(f)          ends that
 *   gti_fiber_leave(from, to)    before a switch
 *   gti_fiber_terminate(from, to)
 *                                before a switch. `from` is idle from then on, and its
 *                                memory must not be read
 *   gti_fiber_enter(f)           after a switch, on the stack of `f`; the first call on
 *                                a new stack
 *   gti_fiber_fall_back(from, own, memory)
 *                                when an OS thread ends whose hub was on `from`. If the
 *                                OS thread is back on its own stack, in `memory`,
 *                                without a switch, as after pthread_exit, this drops
 *                                what it left there
 *   gti_frees_at_once()          true: free control blocks one by one, and keep none for
 *                                the next. Then the tool reports a stale handle with
 *                                the places where it was made and released
 *   gti_tool_shows_faults()      true: a tool shows where a fault was, and its callers
 *   GTI_UNWATCHED                on a function that reads all of a stack, unused parts,
 *                                too; between
 *   gti_unwatched_begin(), gti_unwatched_end()
 *
 * Backends whose contexts are OS threads report no switches, because the tools see those
 * themselves.
 */
#ifndef GTI_COMPAT_SANITIZER_H
#define GTI_COMPAT_SANITIZER_H

#include "compat/inline.h"
#include "compat/memory.h"
#include <stdbool.h>
#include <stddef.h>

#if defined __has_feature
#if __has_feature(address_sanitizer)
#define GTI_SANITIZE_ADDRESS 1
#elif __has_feature(thread_sanitizer)
#define GTI_SANITIZE_THREAD 1
#elif __has_feature(memory_sanitizer)
#define GTI_SANITIZE_MEMORY 1
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
#elif defined GTI_SANITIZE_MEMORY
#include "sanitizer/memory.h"
#else
#include "sanitizer/none.h"
#endif

#endif
