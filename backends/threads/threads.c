/*
 * One C11 thread each: the slow reference. Whatever runs here runs as plain
 * threads do, under every debugger and sanitizer, on every platform that has
 * <threads.h>; exactly one of a hub's threads holds the baton.
 *
 * The signal mask goes with the baton: OS threads that wait block all signals but
 * those of faults, and the one that runs has the mask that its giver had. So what
 * it starts, OS threads and processes alike, is not deaf (SCHED-9).
 *
 * An OS thread is never ended from deep inside a context, where frames would
 * be left behind that nobody unwinds: it jumps back to its base, and waits
 * there for the next context or for its end. Cancelling or detaching it would
 * lose the moment at which its stack is free.
 */
#include "core/backend.h"

const char gti_backend_name[] = "threads";

/*
 * The mutex is let go before the signal: who is woken while it is still held
 * runs into it, and has to be woken again, which on one core costs as much as
 * the hand-off itself. So the receiver may run, and even reach its end, while
 * its giver has yet to signal: `telling` is what gti_carrier_fini waits for.
 */
static void tell(gti_carrier *to, bool *what)
{
    mtx_lock(&to->telling);
    mtx_lock(&to->mutex);
    *what = true;
    mtx_unlock(&to->mutex);
    cnd_signal(&to->condition);
    mtx_unlock(&to->telling);
}

void gti_baton_give(gti_carrier *to)
{
    gti_signals_hold(&to->mask);
    tell(to, &to->has_baton);
}

/* True: it has the baton; false: it is to end. */
static bool await(gti_carrier *self)
{
    mtx_lock(&self->mutex);
    while (!self->has_baton && !self->quit)
        cnd_wait(&self->condition, &self->mutex);
    bool run = !self->quit;
    self->has_baton = false;
    mtx_unlock(&self->mutex);
    if (run)
        gti_signals_release(&self->mask);
    return run;
}

/* A context that is given up while it waits leaves by the way of its base. */
void gti_baton_await(gti_carrier *self)
{
    if (!await(self))
        longjmp(self->base, 1);
}

static int carry(void *argument)
{
    gti_carrier *self = argument;
    (void)setjmp(self->base); /* the first time, and after each context */
    if (await(self))
        self->entry(self->arg);
    return 0;
}

static bool init_baton(gti_carrier *carrier)
{
    if (mtx_init(&carrier->telling, mtx_plain) != thrd_success)
        return false;
    if (mtx_init(&carrier->mutex, mtx_plain) != thrd_success)
        goto destroy_telling;
    if (cnd_init(&carrier->condition) == thrd_success)
        return true;
    mtx_destroy(&carrier->mutex);
destroy_telling:
    mtx_destroy(&carrier->telling);
    return false;
}

static void fini_baton(gti_carrier *carrier)
{
    cnd_destroy(&carrier->condition);
    mtx_destroy(&carrier->mutex);
    mtx_destroy(&carrier->telling);
}

bool gti_carrier_init(gti_carrier *carrier)
{
    if (!init_baton(carrier))
        return false;
    if (thrd_create(&carrier->thread, carry, carrier) == thrd_success)
        return true;
    fini_baton(carrier);
    return false;
}

void gti_carrier_fini(gti_carrier *carrier)
{
    tell(carrier, &carrier->quit);
    thrd_join(carrier->thread, NULL);
    fini_baton(carrier);
}

bool gti_carrier_adopt(gti_carrier *carrier, gti_context *context)
{
    context->word = carrier;
    return init_baton(carrier);
}

void gti_carrier_disown(gti_carrier *carrier)
{
    fini_baton(carrier);
}

void gti_context_make(gti_context *context, gti_carrier *carrier, void *low, size_t size,
                      gti_entry *entry, void *arg)
{
    (void)low;
    (void)size;
    carrier->entry = entry;
    carrier->arg = arg;
    context->word = carrier;
}
