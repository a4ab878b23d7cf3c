/*
 * The rarer operations on the ready ring, and the urgent list. The frequent
 * ones are inlined.
 */
#include "ready.h"
#include "allocate.h"

/* The ready ring */

void gti_ring_compact(gti_hub *hub)
{
    size_t from = hub->head, to = hub->head, look_at = hub->look_at;
    for (; from != hub->tail; from++) {
        gt_thread *thread = hub->ring[from & hub->ring_mask];
        if (from == hub->look_at)
            look_at = to;
        if (!thread)
            continue;
        thread->ring_index = (uint32_t)(to & hub->ring_mask);
        hub->ring[to++ & hub->ring_mask] = thread;
    }
    hub->look_at = hub->look_at - hub->head < hub->tail - hub->head ? look_at : to;
    hub->tail = to;
}

bool gti_ring_grow(gti_hub *hub)
{
    size_t size = hub->ring_mask + 1;
    gt_thread **ring = gti_allocate(2 * size * sizeof *ring);
    if (!ring)
        return false;

    size_t mask = 2 * size - 1, head = GTI_FIRST_POSITION, tail = head, look_at = head;
    for (size_t i = hub->head; i != hub->tail; i++) {
        gt_thread *thread = hub->ring[i & hub->ring_mask];
        look_at += thread && i - hub->head < hub->look_at - hub->head;
        if (!thread)
            continue;
        thread->ring_index = (uint32_t)(tail & mask);
        ring[tail++ & mask] = thread;
    }
    if (hub->ring != hub->small_ring)
        gti_free(hub->ring);
    hub->ring = ring;
    hub->ring_mask = mask;
    hub->look_at = look_at;
    hub->head = head;
    hub->tail = tail;
    return true;
}

/* A seeded schedule draws among the threads of an iteration, so it has no empty slots. */
static void leave_ring(gti_hub *hub, gt_thread *thread)
{
    if (thread->ring_index == GTI_NOT_IN_RING)
        return;
    hub->ring[thread->ring_index] = NULL;
    thread->ring_index = GTI_NOT_IN_RING;
    if (hub->random)
        gti_ring_compact(hub);
}

/* The urgent list */

void gti_append(gti_thread_list *list, gt_thread *thread)
{
    thread->next_urgent = NULL;
    if (list->last)
        list->last->next_urgent = thread;
    else
        list->first = thread;
    list->last = thread;
}

gt_thread *gti_take_first(gti_thread_list *list)
{
    gt_thread *thread = list->first;
    if (thread) {
        list->first = thread->next_urgent;
        if (!list->first)
            list->last = NULL;
    }
    return thread;
}

static gt_thread **place_behind(gti_thread_list *list, gt_thread *thread)
{
    return thread ? &thread->next_urgent : &list->first;
}

/* False: it is not behind `before`, or not at all on the list. */
static bool take_from_behind(gti_thread_list *list, gt_thread *before, gt_thread *thread)
{
    while (*place_behind(list, before) != thread) {
        before = *place_behind(list, before);
        if (!before)
            return false;
    }
    *place_behind(list, before) = thread->next_urgent;
    if (list->last == thread)
        list->last = before;
    return true;
}

static void insert_behind(gti_thread_list *list, gt_thread *before, gt_thread *thread)
{
    thread->next_urgent = *place_behind(list, before);
    *place_behind(list, before) = thread;
    if (list->last == before)
        list->last = thread;
}

void gti_make_urgent(gti_hub *hub, gt_thread *thread, gt_thread **before)
{
    if (thread->flags & GTI_URGENT && !take_from_behind(&hub->urgent, *before, thread))
        return;
    leave_ring(hub, thread);
    thread->flags |= GTI_URGENT;
    insert_behind(&hub->urgent, *before, thread);
    *before = thread;
}
