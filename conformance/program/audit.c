/*
 * Checks the laws of core/hub/hub.h: which thread is on which list. No thread that could
 * run may be off every list. It shows a fault that a trace does not show yet.
 */
#include "audit.h"
#include "core/sched/descriptors.h"
#include "core/hub/current.h"
#include "core/hub/run_queue.h"
#include <stdarg.h>
#include <stdio.h>

typedef struct findings {
    gti_hub *hub;
    bool good;
    char *text; /* the first thing that is wrong */
    size_t size;
} findings;

__attribute__((format(printf, 3, 4))) static void expect(findings *f, bool holds,
                                                         const char *format, ...)
{
    va_list arguments;
    if (holds || !f->good)
        return;
    f->good = false;
    va_start(arguments, format);
    vsnprintf(f->text, f->size, format, arguments);
    va_end(arguments);
}

static bool is_on_run_next(const gti_hub *hub, const gt_thread *thread)
{
    const gt_thread *other = hub->run_next.first;
    while (other && other != thread)
        other = other->next_to_run;
    return other != NULL;
}

static void check_run_next(findings *f)
{
    gt_thread *previous = NULL;
    for (gt_thread *t = f->hub->run_next.first; t && f->good; t = t->next_to_run) {
        expect(f, !previous || *gti_previous_to_run(t) == previous,
               "the run-next list is not linked");
        expect(f, !(t->flags & GTI_PLACED), "a thread of the run-next list keeps its place");
        previous = t;
    }
    expect(f, f->hub->run_next.last == previous, "the run-next list has no end");
}

static bool is_stranded(const gti_hub *hub, const gt_thread *thread)
{
    const gt_thread *other = hub->stranded.first;
    while (other && other != thread)
        other = other->next_to_run;
    return other != NULL;
}

static void check_ring(findings *f)
{
    const gti_hub *hub = f->hub;
    expect(f, hub->tail - hub->head <= hub->ring_mask + 1, "the ring holds more than it can");
    for (size_t i = hub->head; i != hub->tail && f->good; i++) {
        const gt_thread *thread = hub->ring[i & hub->ring_mask];
        expect(f, !thread || thread->ring_index == (i & hub->ring_mask),
               "a slot of the ring and its thread disagree");
    }
}

/* Threads of a list wait on it with a valid token, or have been woken. */
static void check_waiters(findings *f, const gti_waiters *list, bool over, const char *what)
{
    const gti_waiter *previous = NULL;
    for (const gti_waiter *w = list->first; w && f->good; w = w->next) {
        expect(f, w->listed && w->previous == previous, "the waiters for %s are not linked", what);
        expect(f, w->thread->hub == f->hub && w->thread->state != GT_DEAD,
               "a thread that is gone waits for %s", what);
        previous = w;
    }
    expect(f, list->last == previous, "the waiters for %s have no end", what);
    expect(f, !over || !list->first, "a thread still waits for %s", what);
}

static void check_thread(findings *f, const gt_thread *t)
{
    const gti_hub *hub = f->hub;
    unsigned long long n = t->number;
    bool in_ring = t->ring_index != GTI_NOT_IN_RING, run_next = is_on_run_next(hub, t);
    bool dead = t->state == GT_DEAD, delayed = t->flags & GTI_DELAYED;
    bool never = t->flags & GTI_UNSTARTED && !delayed && !in_ring && !run_next;
    expect(f, t->hub == hub, "thread %llu has no hub", n);
    expect(f, !in_ring || hub->ring[t->ring_index] == t, "thread %llu is not in its slot", n);
    expect(f, !(in_ring && run_next), "thread %llu is ready twice", n);
    expect(f, run_next == !!(t->flags & GTI_RUN_NEXT), "thread %llu and the run-next list disagree",
           n);
    expect(f, !(t->waits_for && (in_ring || run_next)), "thread %llu is ready and waits", n);
    expect(f, !dead || !(in_ring || run_next || t->waits_for), "thread %llu is dead and waits", n);
    expect(f,
           dead || in_ring || run_next || t->waits_for || delayed || never || t == hub->current ||
               is_stranded(hub, t),
           "thread %llu can never run again", n);
    check_waiters(f, &t->waiters, dead, "a thread that is dead");
    for (const gti_waiter *w = t->waiters.first; w; w = w->next)
        expect(f, w->awaited == GT_DEAD || t->state < GT_FINISHED,
               "a thread still waits for a thread that has finished");
}

static void check_threads(findings *f)
{
    size_t live = 0;
    const gt_thread *previous = NULL;
    for (const gt_thread *t = f->hub->threads.first; t && f->good; t = t->next) {
        expect(f, t->previous == previous, "the threads are not linked");
        expect(f, !previous || previous->number < t->number, "the threads are out of order");
        check_thread(f, t);
        live += t->state != GT_DEAD;
        previous = t;
    }
    expect(f, f->hub->threads.last == previous, "the list of threads has no end");
    expect(f, f->hub->live == live, "%zu threads live, not %zu", live, f->hub->live);
    check_waiters(f, &f->hub->all_dead, live == 0, "the end of all");
    check_thread(f, &f->hub->main);
}

static uint64_t digit(uint64_t time, int level)
{
    return time >> GTI_TIMER_DIGIT * level & (GTI_TIMER_SLOTS - 1);
}

/* Checks the law of timers.c by other means. */
static bool is_in_its_place(const gti_timers *timers, uint64_t deadline, int level, int slot)
{
    uint64_t last = timers->last;
    for (int above = GTI_TIMER_LEVELS - 1; above > level; above--)
        if (digit(deadline, above) != digit(last, above))
            return false;
    return (int)digit(deadline, level) == slot && (level == 0 || (int)digit(last, level) != slot);
}

static void check_timer(findings *f, const gti_timer *timer, int level, int slot)
{
    const gti_timers *timers = &f->hub->timers;
    uint64_t deadline = (uint64_t)timer->deadline_ns;
    expect(f, deadline >= timers->last, "a timer was forgotten");
    expect(f, is_in_its_place(timers, deadline, level, slot),
           "a timer for %llu is in slot %d of level %d", (unsigned long long)deadline, slot, level);
}

/* How many timers a list has, and the earliest of their deadlines and `first`. */
static size_t check_list(findings *f, int level, int slot, int64_t *first)
{
    size_t n = 0;
    const gti_timer *previous = NULL;
    const gti_timer_list *list = &f->hub->timers.lists[level][slot];
    for (const gti_timer *t = list->first; t && f->good; previous = t, t = t->next, n++) {
        expect(f, t->previous == previous, "timers are not linked");
        check_timer(f, t, level, slot);
        *first = t->deadline_ns < *first ? t->deadline_ns : *first;
    }
    expect(f, list->last == previous || !list->first, "a list of timers has no end");
    expect(f, !(f->hub->timers.slots[level] >> slot & 1) == !list->first,
           "a slot of timers is not what it is marked as");
    return n;
}

/* Too late is a fault. Too early is not, where the first slot has many timers. */
static void check_first(findings *f, int64_t first, size_t beside)
{
    int64_t found = gti_timers_next(&f->hub->timers);
    expect(f, found <= first, "the first timer is at %lld, and %lld was found", (long long)first,
           (long long)found);
    expect(f, found == first || beside > GTI_SHORT_LIST,
           "the first timer is at %lld, and %lld was found though it has few beside it",
           (long long)first, (long long)found);
    expect(f, (uint64_t)found >= f->hub->timers.last, "the first timer was found in the past");
}

static void check_timers(findings *f)
{
    const gti_timers *timers = &f->hub->timers;
    size_t of_the_first = 0;
    int64_t first = INT64_MAX;
    for (int level = 0; level < GTI_TIMER_LEVELS; level++) {
        expect(f, !(timers->levels >> level & 1) == !timers->slots[level],
               "level %d of the timers is not what it is marked as", level);
        for (int slot = 0; slot < GTI_TIMER_SLOTS && f->good; slot++) {
            size_t n = check_list(f, level, slot, &first);
            of_the_first = of_the_first ? of_the_first : n;
        }
    }
    if (f->good && of_the_first)
        check_first(f, first, of_the_first - 1);
}

static size_t count(const gti_waiters *queue, const gti_waiters *but)
{
    size_t n = 0;
    for (const gti_waiter *w = queue->first; w; w = w->next) {
        const gti_waiter *other = but ? but->first : NULL;
        while (other && other->thread != w->thread)
            other = other->next;
        n += !other;
    }
    return n;
}

static void check_queue(findings *f, const gti_waiters *queue, int fd, int event, bool at_rest)
{
    check_waiters(f, queue, false, "a descriptor");
    expect(f,
           !at_rest || !queue->first || !queue->first->thread->waits_for ||
               gti_poll_now(fd, event) <= 0,
           "descriptor %d is ready, and its waiter was not woken", fd);
}

static void check_descriptors(findings *f, bool at_rest)
{
    const struct gti_io *io = f->hub->io;
    size_t waiting = 0;
    for (size_t fd = 0; io && fd < io->size && f->good; fd++) {
        const gti_descriptor *d = &io->table[fd];
        check_queue(f, &d->readers, (int)fd, GT_READ, at_rest);
        check_queue(f, &d->writers, (int)fd, GT_WRITE, at_rest);
        waiting += count(&d->readers, NULL) + count(&d->writers, &d->readers);
    }
    size_t counted = io ? io->waiting : 0; /* with threads that were woken and have not run since */
    expect(f, at_rest ? counted == waiting : counted >= waiting,
           "%zu threads queue for descriptors, not %zu", waiting, counted);
}

bool audit_hub(bool at_rest, char *text, size_t size)
{
    findings f = {gti_this_hub, true, text, size};
    if (!f.hub)
        return true;
    expect(&f, f.hub->current == &f.hub->main, "main is not the one that runs");
    check_ring(&f);
    check_run_next(&f);
    check_threads(&f);
    check_timers(&f);
    check_descriptors(&f, at_rest);
    return f.good;
}

bool audit_step(char *text, size_t size)
{
    findings f = {gti_this_hub, true, text, size};
    if (f.hub) {
        check_run_next(&f);
        check_timers(&f);
    }
    return f.good;
}
