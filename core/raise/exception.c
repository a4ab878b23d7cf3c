/*
 * Tries and cleanups are records in the frames that they belong to. Each thread has one chain of
 * them, newest first, so a raise meets them in the order of EXC-1. A try costs a setjmp. A thread
 * without tries has only the try at the bottom of its stack, which serves every thread that runs on
 * the stack.
 *
 * C++ exceptions and unwind tables were rejected: they need a compiler and a language that this
 * library does not require.
 */
#include "core/raise/exception.h"
#include "compat/backtrace.h"
#include "compat/process.h"
#include "core/base/allocate.h"
#include "core/base/misuse.h"
#include "core/hub/report.h"
#include "core/hub/returns.h"
#include <string.h>

const gt_kind GT_EXIT = {"GT_EXIT", NULL};
const gt_kind GT_ERROR = {"GT_ERROR", NULL};
const gt_kind GT_OS_ERROR = {"GT_OS_ERROR", &GT_ERROR};
const gt_kind GT_TIMEOUT = {"GT_TIMEOUT", NULL};
const gt_kind GT_DEADLOCK = {"GT_DEADLOCK", &GT_ERROR};
const gt_kind GT_NO_MEMORY = {"GT_NO_MEMORY", &GT_ERROR};
const gt_kind GT_CLOSED = {"GT_CLOSED", &GT_ERROR};

static bool is_try(const gt_cleanup *record)
{
    return record->fn == NULL;
}

/* Tries */

void gti_try_enter(gti_try *frame)
{
    gti_hub *hub = gti_hub_get("gt_try");
    gt_thread *self = hub->current;
    memcpy(frame->handled, gti_cxx_of(hub), sizeof(gti_cxx_state));
    frame->reports = false;
    frame->link.fn = NULL;
    frame->on_chain = true;
    gti_chain_push(self, &frame->link);
}

void gti_try_leave(gti_try *frame)
{
    if (!frame->on_chain)
        return;
    frame->on_chain = false;
    gt_thread *self = gti_hub_get("gt_try")->current;
    if (self->chain != &frame->link)
        gti_misuse("gt_cleanup_push", "a scope was left with a cleanup or a timeout in it");
    self->chain = frame->link.previous;
}

bool gti_try_catch(const gti_try *frame, const gt_kind *kind, gt_exception *exception)
{
    if (kind && !gt_exception_is(&frame->exception, kind))
        return false;
    *exception = frame->exception;
    return true;
}

bool gt_exception_is(const gt_exception *exception, const gt_kind *kind)
{
    if (!exception)
        gti_misuse("gt_exception_is", "the exception is NULL");
    if (!kind)
        gti_misuse("gt_exception_is", "the kind is NULL");
    const gt_kind *candidate = exception->kind;
    while (candidate && candidate != kind)
        candidate = candidate->parent;
    return candidate != NULL;
}

/*
 * Called when a C++ exception, or the end of the OS thread, unwinds the stack past a try. Cleanups
 * of scopes inside the try are in frames that are gone. After a C++ exception that is a programming
 * error, as after a return.
 */
static void leave_unwound(gti_try *frame)
{
    if (!frame->on_chain)
        return;
    gti_hub *hub = gti_hub_get("gt_try");
    gt_thread *self = hub->current;
    if (gti_cxx_is_unwinding(gti_cxx_of(hub)))
        gti_try_leave(frame);
    self->chain = frame->link.previous;
    self->shields = (uint8_t)frame->link.shields;
}

bool gt_try(void (*fn)(void *), void *arg, gt_exception *exception)
{
    if (!fn)
        gti_misuse("gt_try", "the function is NULL");
    gti_try frame GTI_LEAVING(leave_unwound);
    gti_try_enter(&frame);
    if (GTI_SETJMP(frame.jump) != 0) {
        if (exception)
            *exception = frame.exception;
        return false;
    }
    fn(arg);
    gti_try_leave(&frame);
    return true;
}

/* Cleanups */

void gt_cleanup_push(gt_cleanup *record, void (*fn)(void *), void *arg)
{
    if (!fn)
        gti_misuse("gt_cleanup_push", "the function is NULL");
    gt_thread *self = gti_hub_get("gt_cleanup_push")->current;
    record->fn = fn;
    record->arg = arg;
    gti_chain_push(self, record);
}

void gt_cleanup_pop(gt_cleanup *record, bool run)
{
    gt_thread *self = gti_hub_get("gt_cleanup_pop")->current;
    if (self->chain != record)
        gti_misuse("gt_cleanup_pop", "the record is not the newest");
    self->chain = record->previous;
    if (run)
        record->fn(record->arg);
}

void gti_defer_leave(gt_cleanup *record)
{
    gt_cleanup_pop(record, true);
}

/* Raising */

static gti_try *innermost_try(const gt_thread *thread)
{
    gt_cleanup *record = thread->chain;
    while (record && !is_try(record))
        record = record->previous;
    return (gti_try *)record;
}

/* Records the place of a raise for the report, if no try of the user encloses it. */
static void record_backtrace(gti_hub *hub, const gt_exception *exception)
{
    gti_try *frame = innermost_try(hub->current);
    if (!frame || !frame->reports || gt_exception_is(exception, &GT_EXIT))
        return;
    gti_base_try *base = (gti_base_try *)frame;
    if (!base->backtrace)
        base->backtrace = gti_allocate(sizeof *base->backtrace);
    if (base->backtrace)
        base->backtrace->n = gti_backtrace(base->backtrace->addresses, 32);
}

void gti_base_unwound(gti_base_try *base)
{
    if (!base->frame.on_chain)
        return;
    gti_hub_get("gt_try")->current->chain = base->frame.link.previous;
    gti_free(base->backtrace);
}

void gti_base_abandon(const gt_thread *thread)
{
    for (gt_cleanup *record = thread->chain; record; record = record->previous)
        if (is_try(record) && ((gti_try *)record)->reports)
            gti_free(((gti_base_try *)record)->backtrace);
}

/* C++ handlers on the way end as if the program had left them (EXC-7). */
static _Noreturn void land(const gti_hub *hub, gti_try *frame, const gt_exception *exception)
{
    static const uintptr_t nothing[GTI_CXX_WORDS];
    const uintptr_t *former = frame->reports ? nothing : frame->handled;
    const gti_cxx_state *now = gti_cxx_of(hub);
    uintptr_t differs = 0;
    for (int i = 0; i < GTI_CXX_WORDS; i++)
        differs |= now->word[i] ^ former[i];
    if (differs)
        gti_cxx_return_to(former);
    frame->exception = *exception;
    frame->on_chain = false;
    GTI_LONGJMP(frame->jump);
}

/* An exception that leaves main ends the process (EXC-5). */
static _Noreturn void leave_main(gti_hub *hub, const gt_exception *exception,
                                 const gti_backtrace_record *backtrace)
{
    if (gt_exception_is(exception, &GT_EXIT))
        gti_process_exit(0);
    gti_report_exception(hub, hub->current, "unhandled", exception, backtrace);
    gti_process_exit(1);
}

static void nothing(void *arg)
{
    (void)arg;
}

/*
 * The cleanup may block, be killed or raise. Its own record is off the chain, so what it raises
 * goes on with the records behind it (EXC-3). The record `busy` keeps the chain from being empty: a
 * cleanup of main may call gt_shutdown, which frees the hub only if the chain of main is empty.
 */
static void run_cleanup(gti_hub *hub, gt_thread *self, gt_cleanup *record)
{
    gti_returns guard GTI_LEAVING(gti_check_return) = {hub, "gt_raise", "a cleanup", false};
    gt_cleanup busy = {.fn = nothing};
    gti_chain_push(self, &busy);
    record->fn(record->arg);
    self->chain = busy.previous;
    guard.has_returned = true;
}

/* Unwinds to the innermost try. `backtrace` is for main; NULL: the exception was raised before. */
static _Noreturn void unwind(gti_hub *hub, const gt_exception *exception,
                             const gti_backtrace_record *backtrace)
{
    gt_thread *self = hub->current;
    while (self->chain) {
        gt_cleanup *record = self->chain;
        self->chain = record->previous;
        self->shields = record->shields;
        if (is_try(record))
            land(hub, (gti_try *)record, exception);
        run_cleanup(hub, self, record);
    }
    leave_main(hub, exception, backtrace);
}

/* The exception is in a frame that nothing unwinds before the exception has landed. */
static _Noreturn void raise_own(gti_hub *hub, const gt_exception *raised)
{
    gti_backtrace_record here;
    here.n = innermost_try(hub->current) ? 0 : gti_backtrace(here.addresses, 32);
    record_backtrace(hub, raised);
    unwind(hub, raised, &here);
}

void gti_raise(gti_hub *hub, const gt_exception *exception)
{
    gt_exception raised = *exception;
    raise_own(hub, &raised);
}

void gti_raise_again(gti_hub *hub, const gt_exception *exception)
{
    gt_exception raised = *exception;
    gti_try *frame = innermost_try(hub->current);
    if (frame && frame->reports && ((gti_base_try *)frame)->backtrace)
        ((gti_base_try *)frame)->backtrace->n = 0; /* of a replaced exception */
    unwind(hub, &raised, NULL);
}

void gti_raise_at(const gt_exception *exception, const char *file, const char *function, int line)
{
    if (!exception)
        gti_misuse("gt_raise", "the exception is NULL");
    if (!exception->kind)
        gti_misuse("gt_raise", "the exception has no kind");
    gt_exception raised = *exception;
    if (raised.file || raised.function)
        gti_raise_again(gti_hub_get("gt_raise"), &raised);
    raised.file = file;
    raised.function = function;
    raised.line = line;
    raise_own(gti_hub_get("gt_raise"), &raised);
}

void gti_raise_kind(gti_hub *hub, const gt_kind *kind, const char *message, void *value,
                    const char *call)
{
    gti_raise(hub,
              &(gt_exception){.kind = kind, .message = message, .value = value, .function = call});
}

void gti_raise_errno(gti_hub *hub, int code, const char *call)
{
    gti_raise(hub,
              &(gt_exception){.kind = code == gti_errno_no_memory ? &GT_NO_MEMORY : &GT_OS_ERROR,
                              .code = code,
                              .message = gti_errno_text(code),
                              .function = call});
}
