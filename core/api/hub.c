/*
 * Making and ending a hub. The first call that needs a hub makes it; its main green thread runs on
 * the OS thread's own stack. gt_shutdown ends the hub. Without it the end of the OS thread ends the
 * hub, when no green thread can run any more (SHUT-2).
 */
#include "core/api/hub.h"
#include "compat/overflow.h"
#include "compat/own_stack.h"
#include "compat/process.h"
#include "compat/signals.h"
#include "core/api/overflow.h"
#include "core/base/allocate.h"
#include "core/base/misuse.h"
#include "core/hub/current.h"
#include "core/hub/report.h"
#include "core/raise/exception.h"
#include "core/raise/handle.h"
#include "core/raise/timeout.h"
#include "core/sched/descriptors.h"
#include <stdatomic.h>
#include <string.h>

/*
 * Each OS thread has a number, which all its hubs have in turn, so a semaphore stays usable with
 * the next hub. If threads were abandoned, the next hub gets another number: those threads may
 * still be in the semaphore's queue.
 */
static atomic_uint last_number;
static GTI_THREAD_LOCAL unsigned own_number; /* 0: none */

static unsigned number(void)
{
    if (!own_number)
        own_number = atomic_fetch_add(&last_number, 1) % GTI_MAX_HUB_NUMBER + 1;
    return own_number;
}

/* Sets the fields of a hub without threads. Its main thread stays as it is. */
static void reset_hub(gti_hub *hub)
{
    hub->current = &hub->main;
    hub->ring = hub->small_ring;
    hub->ring_mask = GTI_SMALL_RING - 1;
    hub->head = hub->tail = hub->poll_at = GTI_FIRST_POSITION;
    hub->number = number();
    gti_slab_init(&hub->thread_slab, sizeof(gt_thread));
    gti_slab_init(&hub->link_slab, sizeof(gti_link));
    gti_started_init(&hub->started);
}

static void at_thread_exit(void *argument)
{
    gti_hub *hub = argument;
    if (hub->block_flags & GTI_FORKED)
        return;
    if (GTI_BACKEND_USES_MEMORY)
        gti_fiber_fall_back(&hub->current->stack->fiber, &hub->main_stack.fiber,
                            &hub->main_stack.memory);
    else
        hub->current->chain = NULL; /* its OS thread has ended, so its frames are gone */
    char live[GTI_DIGITS];
    if (hub->live)
        gti_report(hub, "an OS thread ended with %s live green threads, which are abandoned",
                   gti_describe_number(hub->live, live));
    hub->main.chain = NULL; /* its frames are gone */
    gti_hub_empty(hub);
    gti_hub_free(hub);
}

/* Reports exceptions that no caller has seen, before the process ends (SHUT-4). */
static void at_process_exit(void)
{
    gti_hub *hub = gti_hub_if_any();
    if (!hub || hub->block_flags & GTI_REPORTING || hub->process != gti_process_id())
        return;
    for (gt_thread *thread = hub->threads.first; thread; thread = thread->next)
        gti_report_undelivered(hub, thread);
}

static bool prepare_process(void)
{
    return gti_fork_watch() && gti_process_at_exit(at_process_exit) == 0;
}

gti_hub *gti_hub_make(const char *call)
{
    gti_hub *hub = gti_hub_hidden();
    if (hub)
        return hub;
    gti_hub_check_fork(call);
    if (gti_allocation_fails() || !prepare_process())
        return NULL;
    hub = gti_allocate(sizeof *hub);
    if (!hub)
        return NULL;
    hub->main = (gt_thread){.hub = hub,
                            .stack = &hub->main_stack,
                            .token = GTI_FIRST_TOKEN,
                            .ring_index = GTI_NOT_IN_RING,
                            .state = GT_READY,
                            .references = 1};
    if (gti_allocation_fails() || !gti_carrier_adopt(&hub->main_stack.carrier, &hub->main.context))
        goto free_hub;
    if (gti_allocation_fails() || gti_process_at_thread_exit(at_thread_exit, hub) != 0)
        goto disown;
    gti_fiber_adopt(&hub->main_stack.fiber);
    hub->errno_place = gti_errno_place();
    hub->cxx = gti_cxx_find();
    hub->process = gti_process_id();
    if (gti_own_stack(&hub->main_stack.memory))
        hub->main_stack.usable = hub->main_stack.memory.size;
    reset_hub(hub);
    gti_this_hub = hub;
    gti_overflow_watch(gti_describe_overflow);
    return hub;

disown:
    gti_carrier_disown(&hub->main_stack.carrier);
free_hub:
    gti_free(hub);
    return NULL;
}

static _Noreturn void end_without_hub(void)
{
    gti_process_print(
        "greenthread: thread 0 \"main\": unhandled GT_NO_MEMORY: no memory for a hub");
    gti_process_exit(1);
}

gti_hub *gti_hub_need(const char *call)
{
    gti_hub *hub = gti_hub_make(call);
    if (!hub)
        end_without_hub();
    return hub;
}

/* Some C libraries, such as musl, end an OS thread on the stack that the end was asked for on. */
static bool is_on_its_stack(const gt_thread *thread)
{
    char here;
    return GTI_BACKEND_USES_MEMORY &&
           (uintptr_t)&here - (uintptr_t)thread->stack->memory.low < thread->stack->memory.size;
}

/*
 * Frees what a thread has. If a thread was on its stack, the stack's contents are dropped. The
 * stack that the caller runs on stays mapped.
 */
static void free_thread(gt_thread *thread)
{
    bool has_stack = !(thread->flags & GTI_UNSTARTED) && thread->state != GT_DEAD;
    bool can_be_read = GTI_BACKEND_USES_MEMORY || !thread->hub->stacks.orphaned;
    if (has_stack && can_be_read)
        gti_base_abandon(thread);
    if (has_stack && thread->stack != thread->hub->reserve && !is_on_its_stack(thread))
        gti_stack_free(&thread->hub->stacks, thread->stack);
    if (thread->flags & GTI_RAISED)
        gti_free(thread->backtrace);
    gti_free(thread->name);
}

void gti_hub_empty(gti_hub *hub)
{
    hub->stacks.orphaned = hub->block_flags & GTI_FORKED;
    if (hub->live)
        own_number = 0;
    for (gt_thread *thread = hub->threads.first; thread; thread = thread->next) {
        if (!(hub->block_flags & GTI_FORKED))
            gti_report_undelivered(hub, thread);
        free_thread(thread);
    }
    gti_timeouts_stop(&hub->main);
    gti_started_fini(&hub->started);
    if (hub->io)
        hub->io->fini(hub);
    gti_signal_close_all(hub);
    if (hub->reserve)
        gti_stack_free(&hub->stacks, hub->reserve);
    gti_stacks_fini(&hub->stacks);
    gti_slab_fini(&hub->thread_slab);
    gti_slab_fini(&hub->link_slab);
    if (hub->ring != hub->small_ring)
        gti_free(hub->ring);
    gti_free(hub->main.name);

    memset(hub, 0, offsetof(gti_hub, main));
    hub->main.name = NULL;
    hub->main.flags = 0;
    reset_hub(hub);
}

void gti_hub_free(gti_hub *hub)
{
    gti_process_at_thread_exit(NULL, NULL);
    gti_overflow_unwatch();
    gti_fiber_disown(&hub->main_stack.fiber);
    gti_carrier_disown(&hub->main_stack.carrier);
    gti_fork_forget();
    gti_free(hub);
}

bool gti_hub_can_end(const gti_hub *hub)
{
    if (hub->current != &hub->main)
        gti_complain("gt_shutdown", "not called from the main green thread; nothing is ended");
    else if (hub->block_flags & GTI_REPORTING)
        gti_complain("gt_shutdown", "called by the report function; nothing is ended");
    else
        return true;
    return false;
}

/* An OS thread that the child does not have may have been using main's carrier. */
static void adopt_again(gti_hub *hub)
{
    gti_stack *stack = &hub->main_stack;
    memset(&stack->carrier, 0, sizeof stack->carrier);
    if (!gti_carrier_adopt(&stack->carrier, &hub->main.context))
        end_without_hub();
}

bool gti_hub_after_fork_child(void)
{
    gti_hub *hub = gti_fork_inherited();
    if (!hub)
        return false;
    if (!gti_hub_can_end(hub))
        return true;
    gti_fork_inherit(hub);
    hub->process = gti_process_id();
    gti_hub_empty(hub);
    adopt_again(hub);
    if (!hub->main.chain)
        gti_hub_free(hub);
    return true;
}
