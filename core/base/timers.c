/*
 * A hierarchical wheel with a tick of one nanosecond: 11 levels of 64 slots. A timer is on the
 * level of the highest base-64 digit in which its deadline differs from `last`, in the slot of that
 * digit. This law holds at every moment. So timers with equal deadlines share a list and keep their
 * order, and the list of a timer follows from its deadline.
 *
 * Setting and removing are O(1); a timer moves down at most ten times. A heap was rejected: it
 * needs room that blocking would have to allocate, or pointers and a cache miss at each of its log
 * n steps. A coarse wheel would lose the exact order.
 */
#include "core/base/timers.h"
#include "compat/inline.h"
#include "core/base/bits.h"
#include "core/base/list.h"
#include <gti_limits.h>

static unsigned level_of(const gti_timers *timers, uint64_t deadline)
{
    uint64_t differs = deadline ^ timers->last;
    unsigned level = 0;
    while (differs >>= GTI_TIMER_DIGIT)
        level++;
    return level;
}

static unsigned slot_of(uint64_t deadline, unsigned level)
{
    return deadline >> (GTI_TIMER_DIGIT * level) & (GTI_TIMER_SLOTS - 1);
}

void gti_timers_add(gti_timers *timers, gti_timer *timer)
{
    uint64_t deadline = (uint64_t)timer->deadline_ns;
    unsigned level = level_of(timers, deadline), slot = slot_of(deadline, level);
    gti_timer_list *list = &timers->lists[level][slot];

    GTI_LIST_APPEND(list, timer);
    timers->slots[level] |= (gti_timer_slots)(UINT64_C(1) << slot);
    timers->levels |= 1u << level;
}

static void mark_empty(gti_timers *timers, unsigned level, unsigned slot)
{
    timers->slots[level] &= (gti_timer_slots) ~(UINT64_C(1) << slot);
    if (!timers->slots[level])
        timers->levels &= ~(1u << level);
}

void gti_timers_remove(gti_timers *timers, gti_timer *timer)
{
    uint64_t deadline = (uint64_t)timer->deadline_ns;
    unsigned level = level_of(timers, deadline), slot = slot_of(deadline, level);
    gti_timer_list *list = &timers->lists[level][slot];

    GTI_LIST_REMOVE(list, timer);
    if (!list->first)
        mark_empty(timers, level, slot);
}

static bool is_power_of_two(uint64_t word)
{
    return (word & (word - 1)) == 0;
}

bool gti_timers_only(const gti_timers *timers, const gti_timer *timer)
{
    return is_power_of_two(timers->levels) &&
           is_power_of_two(timers->slots[gti_lowest_bit(timers->levels)]) && !timer->next &&
           !timer->previous;
}

/* The first slot that is not empty, and the earliest deadline that belongs in it. */
static uint64_t first_slot(const gti_timers *timers, unsigned *level, unsigned *slot)
{
    *level = gti_lowest_bit(timers->levels);
    *slot = gti_lowest_bit(timers->slots[*level]);
    unsigned shift = GTI_TIMER_DIGIT * *level;
    uint64_t above = shift + GTI_TIMER_DIGIT < 64 ? ~UINT64_C(0) << (shift + GTI_TIMER_DIGIT) : 0;
    return (timers->last & above) | (uint64_t)*slot << shift;
}

/* Moves `last` up to the base of the first slot, and the slot's timers to lower levels. */
static void move_down(gti_timers *timers, unsigned level, unsigned slot, uint64_t base)
{
    gti_timer *timer = timers->lists[level][slot].first;
    timers->lists[level][slot] = (gti_timer_list){NULL, NULL};
    mark_empty(timers, level, slot);
    timers->last = base;
    while (timer) {
        gti_timer *next = timer->next;
        GTI_PREFETCH(next);
        gti_timers_add(timers, timer);
        timer = next;
    }
}

gti_timer *gti_timers_due(gti_timers *timers, int64_t now)
{
    while (timers->levels) {
        unsigned level, slot;
        uint64_t base = first_slot(timers, &level, &slot);
        if (base > (uint64_t)now)
            return NULL;
        if (level == 0) {
            gti_timer *timer = timers->lists[0][slot].first;
            timers->last = base;
            gti_timers_remove(timers, timer);
            return timer;
        }
        move_down(timers, level, slot, base);
    }
    return NULL;
}

int64_t gti_timers_next(const gti_timers *timers)
{
    unsigned level, slot;
    uint64_t base = first_slot(timers, &level, &slot);
    const gti_timer *timer = timers->lists[level][slot].first;
    int64_t earliest = timer->deadline_ns;
    for (int n = 0; (timer = timer->next); n++) {
        if (n == GTI_SHORT_LIST)
            return (int64_t)base;
        if (timer->deadline_ns < earliest)
            earliest = timer->deadline_ns;
    }
    return earliest;
}

int64_t gti_timers_first(gti_timers *timers)
{
    for (;;) {
        unsigned level, slot;
        uint64_t base = first_slot(timers, &level, &slot);
        if (level == 0)
            return (int64_t)base;
        move_down(timers, level, slot, base);
    }
}
