/*
 * The contract of compat: what the sanitizers are told of stacks, and of memory
 * that is used again. Which one the compiler was asked for decides the file;
 * without one next to nothing is left.
 *
 *   gti_fiber                    a sanitizer's record of one stack
 *   gti_fiber_new(f, low, size)  a new stack, before its first use; `low` NULL:
 *                                one that a carrier brings. False: the tool can
 *                                follow no more of them, and has said so
 *   gti_fiber_reset(f)           before a new context is made on it: what the
 *                                last one left there for ever is forgotten
 *   gti_fiber_free(f)            before it is unmapped
 *   gti_fiber_adopt(f)           the OS thread's own stack, and
 *   gti_fiber_disown(f)          the end of that
 *   gti_fiber_leave(from, to)    before a switch
 *   gti_fiber_leave_for_ever(from, to)
 *                                before a switch; `from` is idle from then on,
 *                                and nobody may look at its memory
 *   gti_fiber_enter(f)           after a switch, on the stack of `f`; the
 *                                first thing on a new stack
 *   gti_fiber_fall_back(from, own, memory)
 *                                where an OS thread ends, whose hub was on `from`: if it is
 *                                back on its own stack, in `memory`, without a switch, as
 *                                pthread_exit does, what it left there is forgotten
 *   gti_frees_at_once()          true where control blocks are better freed one
 *                                by one than kept for the next: the tool then
 *                                reports a stale handle with the places where
 *                                it was made and released
 *   gti_tool_shows_faults()      true where a tool shows where a fault was, and what
 *                                called that
 *   GTI_UNWATCHED                on a function that looks at all of a stack, at
 *                                what is nobody's too; between
 *   gti_unwatched_begin(), gti_unwatched_end()
 *
 * Backends whose contexts are OS threads tell of no switches: the tools see
 * those themselves.
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
