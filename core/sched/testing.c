/*
 * What tests may set in a hub. base/allocate.c has what they may set in the allocator.
 */
#include "core/sched/testing.h"
#include "core/base/misuse.h"
#include "core/hub/clock.h"
#include "core/hub/current.h"
#include "core/raise/pending.h"
#include <greenthread/testing.h>
#include <stdatomic.h>

void gt_testing_virtual_clock(void)
{
    gti_hub *hub = gti_hub_get("gt_testing_virtual_clock");
    if (hub->last_number)
        gti_misuse("gt_testing_virtual_clock", "threads have been spawned");
    if (!gti_timers_empty(&hub->timers))
        gti_misuse("gt_testing_virtual_clock", "a timeout is running");
    hub->virtual_clock = true;
    hub->virtual_now = 0;
    hub->timers.last = 0;
    hub->poll_at = hub->tail;
}

void gt_testing_compute(int64_t duration_ns)
{
    gti_hub *hub = gti_hub_get("gt_testing_compute");
    if (!hub->virtual_clock)
        gti_misuse("gt_testing_compute", "the clock is not virtual");
    if (duration_ns > 0)
        hub->virtual_now = gti_deadline(hub, duration_ns);
}

/*
 * The seed is mixed, so small seeds give schedules that differ from the start. The factor is odd,
 * so only 0 gives 0.
 */
void gt_testing_schedule_seed(uint64_t seed)
{
    gti_hub *hub = gti_hub_get("gt_testing_schedule_seed");
    hub->random = seed * UINT64_C(0x9e3779b97f4a7c15);
    hub->block_flags &= (uint8_t)~GTI_SEEDED;
    if (seed)
        hub->block_flags |= GTI_SEEDED;
    hub->poll_at = hub->tail;
}

static atomic_bool struck; /* of the process: a hub may be gone when a test asks */

void gt_testing_kill_at(uint64_t number, size_t kth)
{
    gti_hub *hub = gti_hub_get("gt_testing_kill_at");
    hub->block_flags &= (uint8_t)~GTI_KILL_AT;
    if (kth)
        hub->block_flags |= GTI_KILL_AT;
    hub->kill_number = number;
    hub->kill_countdown = kth;
    atomic_store(&struck, false);
}

bool gt_testing_kill_struck(void)
{
    return atomic_load(&struck);
}

/* Nothing can be raised in main while it is in gt_shutdown. */
void gti_testing_block(gti_hub *hub)
{
    gt_thread *self = hub->current;
    if (self->number != hub->kill_number || (self == &hub->main && hub->grace))
        return;
    if (--hub->kill_countdown)
        return;
    hub->block_flags &= (uint8_t)~GTI_KILL_AT;
    atomic_store(&struck, true);
    gti_kill_where_it_blocks(hub, self, "gt_testing_kill_at");
}

const char *gt_testing_backend(void)
{
    return gti_backend_name;
}
