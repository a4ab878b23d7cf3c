/*
 * The path of a switch: gt_yield, yield, gti_switch_away, gti_next_in_turn, and the backend's
 * gti_context_switch, all inlined. The rare parts are here.
 */
#include "core/sched/block.h"
#include "core/base/misuse.h"
#include "core/hub/clock.h"
#include "core/hub/current.h"
#include "core/hub/report.h"
#include "core/sched/testing.h"

static void check_canary(gti_hub *hub, const gt_thread *self)
{
    char name[GTI_DESCRIPTION], size[GTI_DIGITS];
    if (self == &hub->main || gti_stack_memory_is_intact(&self->stack->memory))
        return;
    gti_report(hub, "%s overflowed its stack of %s bytes",
               gti_describe_thread(self, name, sizeof name),
               gti_describe_number(self->stack->usable, size));
    gti_process_abort();
}
/* Does what block_flags ask for where the current thread blocks. */
static void check_block_flags(gti_hub *hub, const char *call)
{
    if (hub->block_flags & GTI_REPORTING)
        gti_misuse(call, "blocking is not allowed here");
    if (hub->block_flags & GTI_CANARIES)
        check_canary(hub, hub->current);
    if (hub->block_flags & GTI_KILL_AT)
        gti_testing_block(hub);
}

bool gti_has_more_to_do(const gti_hub *hub)
{
    return hub->block_flags || gti_in_cxx(hub);
}

gt_thread *gti_switch_away_slowly(gti_hub *hub, gt_thread *self, const char *call)
{
    if (hub->block_flags)
        check_block_flags(hub, call);
    gti_cxx_state own = {0};
    bool takes_it_along = gti_in_cxx(hub);
    if (takes_it_along) {
        own = *hub->cxx;
        *hub->cxx = (gti_cxx_state){0};
    }
    gt_thread *next = gti_pick(hub, NULL);
    if (next != self)
        gti_resume(hub, &self->context, self->stack, next);
    if (takes_it_along)
        *hub->cxx = own;
    return self;
}

GTI_INLINE void yield(gti_hub *hub, const char *call)
{
    gt_thread *self = hub->current;
    if (gti_must_raise(self)) {
        gti_pass_over(hub, call);
        gti_deliver_pending(hub, self);
        return;
    }
    gti_make_ready(hub, self);
    gti_switch_away(hub, self, call);
    gti_deliver(hub, self);
}

/*
 * A thread that always has something to raise would otherwise never let others run (SCHED-12).
 * gti_interrupt makes the token stale, so a wake for the wait that does not happen does nothing.
 */
void gti_pass_over(gti_hub *hub, const char *call)
{
    gt_thread *self = hub->current;
    gti_interrupt(self);
    if (hub->transfers++ < GT_IO_BURST)
        return;
    gti_make_ready(hub, self);
    gti_switch_away(hub, self, call);
    self->flags |= GTI_INTERRUPTED;
}

void gti_yield(gti_hub *hub, const char *call)
{
    yield(hub, call);
}

void gt_yield(void)
{
    yield(gti_hub_get("gt_yield"), "gt_yield");
}

void gti_sleep(gti_hub *hub, int64_t duration_ns, const gti_wait *why)
{
    gti_wake_timer timer;
    gti_wake_timer_set(hub, &timer, gti_deadline(hub, duration_ns));
    gti_park(hub, why);
    gti_wake_timer_clear(hub, &timer);
    gti_deliver(hub, hub->current);
}
