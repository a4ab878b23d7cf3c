/*
 * Raising inside the library, and the tries at the bottom of a stack.
 */
#ifndef GTI_EXCEPTION_H
#define GTI_EXCEPTION_H

#include "core/hub/current.h"

/*
 * A try of the library, at the bottom of a stack, where C++ handles nothing. Its exceptions are
 * reported together with the stack.
 */
typedef struct gti_base_try {
    gti_try frame;
    gti_backtrace_record *backtrace; /* the catcher frees it; NULL: none */
} gti_base_try;

/* Puts a record on the chain, as the newest. */
static inline void gti_chain_push(gt_thread *self, gt_cleanup *record)
{
    record->previous = self->chain;
    record->shields = self->shields;
    if (self->chain)
        self->chain->newer = record;
    self->chain = record;
}

/* Removes a record from the chain; newer records may be on it. */
static inline void gti_chain_remove(gt_thread *self, gt_cleanup *record)
{
    if (self->chain == record) {
        self->chain = record->previous;
        return;
    }
    record->newer->previous = record->previous;
    if (record->previous)
        record->previous->newer = record->newer;
}

/* Puts a try on the chain of the current thread; its jump is set. */
static inline void gti_base_enter(gt_thread *self, gti_base_try *base)
{
    base->frame.reports = true;
    base->backtrace = NULL;
    base->frame.link.fn = NULL;
    base->frame.on_chain = true;
    gti_chain_push(self, &base->frame.link);
}

/* Removes the try. Newer records on the chain are a programming error. */
static inline void gti_base_leave(gt_thread *self, gti_base_try *base)
{
    if (self->chain != &base->frame.link)
        gti_try_leave(&base->frame);
    base->frame.on_chain = false;
    self->chain = base->frame.link.previous;
}

/* The OS thread ends inside a base try. The frames of the records on the chain are gone by now. */
void gti_base_unwound(gti_base_try *base);

/* Frees the backtraces on the stack of a thread that is given up in the middle of a raise. */
void gti_base_abandon(const gt_thread *thread);

_Noreturn void gti_raise(gti_hub *hub, const gt_exception *exception);

/*
 * Raises an exception that was raised elsewhere. Its origin is known; the stack of that raise is
 * gone.
 */
_Noreturn void gti_raise_again(gti_hub *hub, const gt_exception *exception);

/* Raises an exception of the library, in the public call `call`. */
_Noreturn void gti_raise_kind(gti_hub *hub, const gt_kind *kind, const char *message, void *value,
                              const char *call);

/* Raises GT_OS_ERROR, or GT_NO_MEMORY if `code` says that. */
_Noreturn void gti_raise_errno(gti_hub *hub, int code, const char *call);

#endif
