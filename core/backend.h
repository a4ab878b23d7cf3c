/*
 * The contract of a backend: the only way in which core suspends a stack and resumes another.
 * docs/porting.md tells how to write a backend. A backend is a folder with two files:
 *
 *   gti_switch.h   is found by include path and included below. It has a constant, the carrier and
 *                  the inline switch.
 *   <name>.c       has the functions below.
 *
 * Core relies on these laws, and keeps them:
 *
 *   - One context of a hub runs at any time. Only that context calls the backend.
 *   - Core makes a context on a carrier, switches to it, and suspends it by a switch away from it.
 *     At last the context leaves its carrier and never runs again. The carrier can then serve
 *     another context. A carrier serves one context at a time.
 *   - Core may also give up a context that is suspended. It calls gti_carrier_fini, and nothing of
 *     the context ever runs again.
 *   - The functions call nothing of core. They allocate nothing: what a context needs is in its
 *     carrier, which core allocates.
 *   - A context keeps its floating-point rounding mode across a switch (SCHED-7). Core takes care
 *     of errno.
 */
#ifndef GTI_BACKEND_H
#define GTI_BACKEND_H

#include "compat/inline.h"
#include <stdbool.h>
#include <stddef.h>

/*
 * A suspended stack: one word, which belongs to the backend. While a context runs, core may copy
 * its word to another gti_context and go on with the copy. While the context is suspended, core may
 * prefetch what the word points at.
 */
typedef struct gti_context {
    void *word;
} gti_context;

typedef void gti_entry(void *arg);

/*
 * From gti_switch.h, which is included here because it needs the types above:
 *
 *   GTI_BACKEND_USES_MEMORY  1: a context runs on memory that core provides, and the switch moves
 * the stack pointer. Core then tells the sanitizers. 0: carriers bring stacks of their own, such as
 * OS threads. gti_carrier              a struct: what a context needs beside its word
 *
 *   GTI_INLINE void gti_context_switch(gti_context *from, gti_context *to);
 *       Suspends the running context into *from and resumes *to.
 *
 *   GTI_INLINE _Noreturn void gti_context_leave(gti_context *from, gti_carrier *carrier,
 *                                               gti_context *to);
 *       Ends the running context and resumes *to. From then on `carrier`, which the context ran on,
 *       is idle. The switch may write a word to `from`; it is never read.
 */
#include <gti_switch.h>

/* All contexts on memory would share the second stack of their OS thread. */
#if GTI_BACKEND_USES_MEMORY && defined __has_feature
#if __has_feature(safe_stack) || __has_feature(shadow_call_stack)
#error "-fsanitize=safe-stack and shadow-call-stack: see docs/backends.md"
#endif
#endif

/* The backend's name, as in GREENTHREAD_BACKEND. */
extern const char gti_backend_name[];

/*
 * Prepares a carrier. If the carrier brings a stack of its own, core has blocked all signals of the
 * calling OS thread except those of a fault.
 *
 *   carrier  zeroed memory, which belongs to core
 *   returns  false: the system lacks a resource; the carrier keeps nothing
 */
bool gti_carrier_init(gti_carrier *carrier);

/* Ends a carrier. The carrier is idle, or its context is suspended and given up. */
void gti_carrier_fini(gti_carrier *carrier);

/*
 * Makes the calling OS thread's own stack a context that can be suspended and resumed. Disown
 * undoes this; the adopted context is running then. In a child of fork core adopts a second time
 * without disowning the carrier that the child inherited: OS threads of the parent may have been
 * using it.
 *
 *   carrier           zeroed memory, which belongs to core and is kept until disown
 *   context           the same; the second time as the first use left it
 *   returns           as gti_carrier_init
 */
bool gti_carrier_adopt(gti_carrier *carrier, gti_context *context);
void gti_carrier_disown(gti_carrier *carrier);

/*
 * Makes *context a context that calls entry(arg) when core first switches to it. `entry` never
 * returns. Cannot fail.
 *
 *   carrier    idle
 *   low, size  the memory that the context runs on, if GTI_BACKEND_USES_MEMORY; its top `low +
 * size` is aligned to 16 bytes
 */
void gti_context_make(gti_context *context, gti_carrier *carrier, void *low, size_t size,
                      gti_entry *entry, void *arg);

#endif
