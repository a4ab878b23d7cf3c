/*
 * The timers of a hub, by deadline. Timers with equal deadlines are in the order in which they were
 * set (SCHED-3).
 */
#ifndef GTI_TIMERS_H
#define GTI_TIMERS_H

#include <greenthread/timeout.h>
#include <gti_limits.h>

enum {
    GTI_TIMER_LEVELS = (64 + GTI_TIMER_DIGIT - 1) / GTI_TIMER_DIGIT,
    GTI_TIMER_SLOTS = 1 << GTI_TIMER_DIGIT
};

typedef struct gti_timer_list {
    gti_timer *first, *last;
} gti_timer_list;

typedef struct gti_timers {
    uint64_t last;                           /* no deadline is before it */
    unsigned levels;                         /* bit l: level l is not empty */
    gti_timer_slots slots[GTI_TIMER_LEVELS]; /* bit s: slot s of the level is not empty */
    gti_timer_list lists[GTI_TIMER_LEVELS][GTI_TIMER_SLOTS];
} gti_timers;

/* Sets a timer. Its deadline is not before any time that was passed to gti_timers_due. */
void gti_timers_add(gti_timers *timers, gti_timer *timer);

/* Removes a timer that is set. */
void gti_timers_remove(gti_timers *timers, gti_timer *timer);

static inline bool gti_timers_empty(const gti_timers *timers)
{
    return timers->levels == 0;
}

/* True if `timer`, which is set, is the only timer that is set. */
bool gti_timers_only(const gti_timers *timers, const gti_timer *timer);

/* Removes and returns the first timer that is due at `now`; NULL: none is due. */
gti_timer *gti_timers_due(gti_timers *timers, int64_t now);

/* A time at or before the first deadline. The set is not empty. */
int64_t gti_timers_next(const gti_timers *timers);

/* The first deadline. From then on no earlier timer may be added. The set is not empty. */
int64_t gti_timers_first(gti_timers *timers);

#endif
