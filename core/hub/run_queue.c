/*
 * The rarer operations on the run queue and the run-next list. The frequent ones are inlined.
 */
#include "core/hub/run_queue.h"
#include "core/base/allocate.h"

/* The run queue */

void gti_ring_compact(gti_hub *hub)
{
    size_t from = hub->head, to = hub->head, poll_at = hub->poll_at;
    for (; from != hub->tail; from++) {
        gt_thread *thread = hub->ring[from & hub->ring_mask];
        if (from == hub->poll_at)
            poll_at = to;
        if (!thread)
            continue;
        thread->ring_index = (uint32_t)(to & hub->ring_mask);
        hub->ring[to++ & hub->ring_mask] = thread;
    }
    hub->poll_at = hub->poll_at - hub->head < hub->tail - hub->head ? poll_at : to;
    hub->tail = to;
}

bool gti_ring_grow(gti_hub *hub)
{
    size_t size = hub->ring_mask + 1;
    gt_thread **ring = gti_allocate(2 * size * sizeof *ring);
    if (!ring)
        return false;

    size_t mask = 2 * size - 1, head = GTI_FIRST_POSITION, tail = head, poll_at = head;
    for (size_t i = hub->head; i != hub->tail; i++) {
        gt_thread *thread = hub->ring[i & hub->ring_mask];
        poll_at += thread && i - hub->head < hub->poll_at - hub->head;
        if (!thread)
            continue;
        thread->ring_index = (uint32_t)(tail & mask);
        ring[tail++ & mask] = thread;
    }
    if (hub->ring != hub->small_ring)
        gti_free(hub->ring);
    hub->ring = ring;
    hub->ring_mask = mask;
    hub->poll_at = poll_at;
    hub->head = head;
    hub->tail = tail;
    return true;
}

/*
 * A seeded schedule draws among all slots of an iteration, so no slot may be empty. The first
 * thread of the iteration, or the last of the next one, moves to the slot. All orders stay as
 * likely as before. To keep the order would take a step for each of the other threads.
 */
static void fill_slot(gti_hub *hub, size_t position)
{
    bool in_iteration = position - hub->head < hub->poll_at - hub->head;
    size_t from = in_iteration ? hub->head++ : --hub->tail;
    gt_thread *other = hub->ring[from & hub->ring_mask];
    hub->ring[position & hub->ring_mask] = other;
    if (other && from != position)
        other->ring_index = (uint32_t)(position & hub->ring_mask);
}

static void leave_ring(gti_hub *hub, gt_thread *thread)
{
    size_t slot = thread->ring_index;
    if (slot == GTI_NOT_IN_RING)
        return;
    hub->ring[slot] = NULL;
    thread->ring_index = GTI_NOT_IN_RING;
    if (hub->random)
        fill_slot(hub, hub->head + ((slot - hub->head) & hub->ring_mask));
}

/* The run-next list */

void gti_append(gti_thread_list *list, gt_thread *thread)
{
    thread->next_to_run = NULL;
    if (list->last)
        list->last->next_to_run = thread;
    else
        list->first = thread;
    list->last = thread;
}

gt_thread *gti_take_first(gti_thread_list *list)
{
    gt_thread *thread = list->first;
    if (thread) {
        list->first = thread->next_to_run;
        if (!list->first)
            list->last = NULL;
    }
    return thread;
}

static gt_thread **place_behind(gti_thread_list *list, gt_thread *thread)
{
    return thread ? &thread->next_to_run : &list->first;
}

static void take_from_the_middle(gti_thread_list *list, gt_thread *thread)
{
    gt_thread *next = thread->next_to_run;
    gt_thread *previous = list->first == thread ? NULL : *gti_previous_to_run(thread);
    *place_behind(list, previous) = next;
    if (next)
        *gti_previous_to_run(next) = previous;
    else
        list->last = previous;
}

static void insert_behind(gti_thread_list *list, gt_thread *previous, gt_thread *thread)
{
    gt_thread *next = *place_behind(list, previous);
    thread->next_to_run = next;
    *gti_previous_to_run(thread) = previous;
    if (next)
        *gti_previous_to_run(next) = thread;
    else
        list->last = thread;
    *place_behind(list, previous) = thread;
}

void gti_run_next(gti_hub *hub, gt_thread *thread, gt_thread **last_placed)
{
    if (thread->flags & GTI_PLACED)
        return;
    if (thread->flags & GTI_RUN_NEXT)
        take_from_the_middle(&hub->run_next, thread);
    leave_ring(hub, thread);
    thread->flags |= GTI_RUN_NEXT | GTI_PLACED;
    insert_behind(&hub->run_next, *last_placed, thread);
    *last_placed = thread;
}

/* The threads that were placed are next to each other. */
void gti_run_next_done(gt_thread *last_placed)
{
    for (; last_placed && last_placed->flags & GTI_PLACED;
         last_placed = *gti_previous_to_run(last_placed))
        last_placed->flags &= (uint16_t)~GTI_PLACED;
}
