/*
 * The contract of a backend: the one way in which core suspends a stack and
 * resumes another; docs/porting.md tells how to write one. A backend is a
 * folder with two files:
 *
 *   gti_switch.h   found by include path, and included below: a constant, the
 *                  carrier and the inline switch.
 *   <name>.c       the functions below.
 *
 * Laws, which core relies on and keeps:
 *
 *   - One context of a hub runs at any time. Only that one calls in here.
 *   - A context is made on a carrier, switched to, suspended by switching
 *     away from it, and at last left for ever; then its carrier can carry
 *     another. A carrier serves one context at a time.
 *   - A context may also be given up while it is suspended: its carrier is
 *     then ended by gti_carrier_fini, and nothing of it ever runs again.
 *   - The functions call nothing of core. They allocate nothing: what a
 *     context needs is in its carrier, which core allocates.
 *   - Across a switch the floating-point rounding mode stays the suspended
 *     context's own (SCHED-7). errno is core's care.
 */
#ifndef GTI_BACKEND_H
#define GTI_BACKEND_H

#include "compat/inline.h"
#include <stdbool.h>
#include <stddef.h>

/*
 * A suspended stack: one word that is the backend's. While a context runs, core
 * may copy its word to another gti_context, and go on with that. While it is
 * suspended, core may prefetch what the word points at.
 */
typedef struct gti_context {
    void *word;
} gti_context;

typedef void gti_entry(void *arg);

/*
 * From gti_switch.h, which is included here because it needs the types above:
 *
 *   GTI_BACKEND_USES_MEMORY  1: a context runs on memory that core provides,
 *                            and the switch moves the stack pointer (core
 *                            then tells the sanitizers); 0: carriers bring
 *                            stacks of their own, such as OS threads
 *   gti_carrier              a struct: what a context needs beside its word
 *
 *   GTI_INLINE void gti_context_switch(gti_context *from, gti_context *to);
 *       Suspends the context that runs into *from and resumes *to.
 *
 *   GTI_INLINE _Noreturn void gti_context_leave(gti_context *from, gti_carrier *carrier,
 *                                               gti_context *to);
 *       Leaves the context that runs for ever and resumes *to; from then on
 *       its carrier is idle. `from` is where the switch may leave a word that
 *       nobody reads, `carrier` the one that is left.
 */
#include <gti_switch.h>

/* A second stack of each OS thread would be shared by all contexts on memory. */
#if GTI_BACKEND_USES_MEMORY && defined __has_feature
#if __has_feature(safe_stack) || __has_feature(shadow_call_stack)
#error "-fsanitize=safe-stack and shadow-call-stack: see docs/backends.md"
#endif
#endif

/* The name, as in GREENTHREAD_BACKEND. */
extern const char gti_backend_name[];

/*
 * Readies a carrier. If it brings a stack of its own, all signals of the calling
 * OS thread are blocked meanwhile, but those of a fault.
 *
 *   carrier  zeroed memory; core's
 *   returns  false: the system has no more of what it needs; nothing is kept
 */
bool gti_carrier_init(gti_carrier *carrier);

/* Ends it: idle, or under a context that is suspended and given up. */
void gti_carrier_fini(gti_carrier *carrier);

/*
 * Makes the calling OS thread's own stack a context that can be switched
 * away from and back to. Disown undoes it; that context runs then. In a child
 * of fork core has it adopted anew, without disowning what it has inherited:
 * OS threads of the parent may have been under way in that.
 *
 *   carrier           zeroed memory; core's, kept until disown
 *   context           the same; the second time as it was left
 *   returns           as gti_carrier_init
 */
bool gti_carrier_adopt(gti_carrier *carrier, gti_context *context);
void gti_carrier_disown(gti_carrier *carrier);

/*
 * Makes *context one that calls entry(arg) when it is first switched to.
 * `entry` never returns. Cannot fail.
 *
 *   carrier    idle
 *   low, size  the memory that it runs on, if GTI_BACKEND_USES_MEMORY; its
 *              top `low + size` is aligned to 16 bytes
 */
void gti_context_make(gti_context *context, gti_carrier *carrier, void *low, size_t size,
                      gti_entry *entry, void *arg);

#endif
