/*
 * One C11 thread for each context. The switch hands over a baton.
 *
 * Every carrier is an OS thread with its own mutex, condition and predicate. So a
 * hand-over wakes exactly one OS thread, and no hand-over gets lost: if the baton is
 * given before its receiver waits, the receiver finds the predicate set.
 */
#ifndef GTI_SWITCH_H
#define GTI_SWITCH_H

#include "compat/os_thread.h"
#include "compat/signals.h"
#include <setjmp.h>
#include <stdatomic.h>
#include <threads.h>

#define GTI_BACKEND_USES_MEMORY 0

typedef struct gti_carrier {
    mtx_t telling;        /* held by the setter of either flag, until done with this carrier */
    mtx_t mutex;          /* guards has_baton and quit */
    cnd_t condition;      /* one of them has changed */
    bool has_baton;       /* its OS thread is the one to run */
    bool quit;            /* tells its OS thread to end, whatever it carries */
    gti_signal_mask mask; /* of the hub, when it is given the baton */
    int cancel;           /* the same: whether it can be cancelled */
    struct gti_carrier *main; /* the hub's adopted one */
    struct gti_carrier *dead; /* of main's: one whose OS thread ended with the baton; or NULL */
    bool is_over;             /* its OS thread has been waited for */
    unsigned long process;    /* of main's: that has its OS threads */
    mtx_t ending;             /* of main's: held while an OS thread is waited for, or cancelled */
    _Atomic(struct gti_carrier *) holder; /* of main's: the last that took the baton */
    atomic_bool is_recalled; /* of main's: its OS thread was cancelled and waits for the baton */
    thrd_t thread;           /* not valid for one that was adopted */
    jmp_buf base;            /* where its OS thread waits for a context */
    gti_entry *entry;        /* of the context that it carries */
    void *arg;
} gti_carrier;

void gti_baton_give(gti_carrier *to);
void gti_baton_await(gti_carrier *self);

/* A context's word is its carrier. */
GTI_INLINE void gti_context_switch(gti_context *from, gti_context *to)
{
    gti_carrier *self = from->word;
    gti_baton_give(to->word);
    gti_baton_await(self);
}

/* After the baton is given, only this OS thread's own carrier may be touched. */
GTI_INLINE _Noreturn void gti_context_leave(gti_context *from, gti_carrier *carrier,
                                            gti_context *to)
{
    (void)from;
    gti_baton_give(to->word);
    longjmp(carrier->base, 1);
}

#endif
