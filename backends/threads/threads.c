/*
 * One C11 thread for each context: the slow reference. Code runs here as it does in plain
 * threads, under every debugger and sanitizer, on every platform that has <threads.h>.
 * Exactly one OS thread of a hub holds the baton.
 *
 * The signal mask goes with the baton. OS threads that wait block all signals but those
 * of faults, and the one that runs has the mask that its giver had. So OS threads and
 * processes that it starts do not inherit blocked signals (SCHED-9).
 *
 * An OS thread never ends deep inside a context, because frames would remain that nothing
 * unwinds. It jumps back to its base, and waits there for the next context or for its
 * end. Rejected: to cancel or detach it. The library would not know when its stack is
 * free.
 *
 * If a green thread ends the OS thread that it runs on, the hub ends, as on the backends
 * where they share one. Main's OS thread gets the baton back and ends in the same way.
 * Whether the OS thread can be cancelled goes with the baton, as the mask does. Only
 * main's OS thread can be cancelled while it waits.
 */
#include "compat/process.h"
#include "core/backend.h"

const char gti_backend_name[] = "threads";

/*
 * It releases the mutex before it signals. An OS thread that is woken while the mutex is
 * held runs into it and has to be woken again, which on one core costs as much as the
 * hand-over. So the receiver may run, and even reach its end, before its giver has
 * signalled. For this, gti_carrier_fini waits for `telling`.
 */
static void set_and_signal(gti_carrier *to, bool *what)
{
    mtx_lock(&to->telling);
    mtx_lock(&to->mutex);
    *what = true;
    mtx_unlock(&to->mutex);
    cnd_signal(&to->condition);
    mtx_unlock(&to->telling);
}

/* Of the running OS thread: the adopted carrier of its hub, and what it gave away last. */
static _Thread_local gti_carrier *adopted;
static _Thread_local int own_cancel;

void gti_baton_give(gti_carrier *to)
{
    own_cancel = to->cancel = gti_cancel_hold();
    gti_signals_hold(&to->mask);
    set_and_signal(to, &to->has_baton);
}

/*
 * From here on the OS thread is the hub's. It has the hub's mask, and is cancelled if the
 * hub is.
 */
static void take_baton(gti_carrier *self)
{
    gti_carrier *main = self->main;
    atomic_store(&main->holder, self);
    if (atomic_load(&main->is_recalled) && self != main)
        gti_cancel(self->thread);
    gti_signals_release(&self->mask);
    gti_cancel_release(self->cancel);
}

/*
 * Main's OS thread was cancelled while another has the baton. A cancellation of the hub
 * is meant for that other one. It ends where it may be cancelled, unless it gives the
 * baton to main before.
 */
static void recall(void *argument)
{
    gti_carrier *self = argument;
    mtx_unlock(&self->mutex);
    mtx_lock(&self->ending);
    atomic_store(&self->is_recalled, true);
    gti_carrier *holder = atomic_load(&self->holder);
    if (holder != self)
        gti_cancel(holder->thread);
    mtx_unlock(&self->ending);

    mtx_lock(&self->mutex);
    while (!self->has_baton)
        cnd_wait(&self->condition, &self->mutex);
    mtx_unlock(&self->mutex);
    if (self->dead) {
        thrd_join(self->dead->thread, NULL);
        self->dead->is_over = true;
    }
    gti_signals_release(&self->mask);
}

/* True: it has the baton. False: it must end. */
static bool await(gti_carrier *self)
{
    mtx_lock(&self->mutex);
    while (!self->has_baton && !self->quit) {
        if (self->main == self)
            gti_wait_cancellably(&self->condition, &self->mutex, own_cancel, recall, self);
        else
            cnd_wait(&self->condition, &self->mutex);
    }
    bool run = !self->quit;
    self->has_baton = false;
    mtx_unlock(&self->mutex);
    if (run && !self->dead)
        take_baton(self);
    return run;
}

/*
 * A context that is given up while it waits leaves by its base. If the OS thread of
 * another context ends while it runs, the hub's OS thread ends, too.
 */
void gti_baton_await(gti_carrier *self)
{
    if (!await(self))
        longjmp(self->base, 1);
    if (!self->dead)
        return;
    self->dead->is_over = true;
    gti_signals_release(&self->mask);
    gti_end_as(self->dead->thread);
}

/*
 * A green thread has ended the OS thread that it runs on, or that OS thread was
 * cancelled. In a child of fork there is no OS thread of main's to tell.
 */
static void end_with_baton(void *argument)
{
    gti_carrier *self = argument;
    if (!self || self->main->process != gti_process_id())
        return;
    self->main->dead = self;
    gti_baton_give(self->main);
}

static once_flag once = ONCE_FLAG_INIT;
static tss_t end; /* its value: the carrier, while it may carry */
static bool ends_are_told;

static void tell_ends(void)
{
    ends_are_told = tss_create(&end, end_with_baton) == thrd_success;
}

/* A library that is unloaded is told of no end. */
GTI_AT_UNLOAD static void forget_ends(void)
{
    if (ends_are_told)
        tss_delete(end);
}

static int run_contexts(void *argument)
{
    gti_carrier *self = argument;
    adopted = self->main;
    gti_cancel_hold();
    tss_set(end, self);
    (void)setjmp(self->base); /* the first time, and after each context */
    if (await(self))
        self->entry(self->arg);
    tss_set(end, NULL);
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
    carrier->main = adopted;
    if (!init_baton(carrier))
        return false;
    if (thrd_create(&carrier->thread, run_contexts, carrier) == thrd_success)
        return true;
    fini_baton(carrier);
    return false;
}

void gti_carrier_fini(gti_carrier *carrier)
{
    int former = gti_cancel_hold();
    mtx_lock(&carrier->main->ending);
    if (!carrier->is_over) {
        set_and_signal(carrier, &carrier->quit);
        thrd_join(carrier->thread, NULL);
    }
    mtx_unlock(&carrier->main->ending);
    fini_baton(carrier);
    gti_cancel_release(former);
}

bool gti_carrier_adopt(gti_carrier *carrier, gti_context *context)
{
    context->word = carrier;
    call_once(&once, tell_ends);
    if (!ends_are_told)
        return false;
    carrier->process = gti_process_id();
    if (mtx_init(&carrier->ending, mtx_plain) != thrd_success)
        return false;
    if (!init_baton(carrier)) {
        mtx_destroy(&carrier->ending);
        return false;
    }
    adopted = carrier->main = carrier;
    atomic_store(&carrier->holder, carrier);
    return true;
}

void gti_carrier_disown(gti_carrier *carrier)
{
    fini_baton(carrier);
    mtx_destroy(&carrier->ending);
    adopted = NULL;
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
