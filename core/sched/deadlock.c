/*
 * The deadlock report: what each thread waits for, and a cycle if there is one. An exception in
 * main without a report would puzzle its reader: the cause is in what the other threads wait for.
 */
#include "core/sched/deadlock.h"
#include "core/hub/report.h"
#include "core/hub/wake.h"
#include <string.h>

/* The thread whose end `thread` waits for; NULL: it waits for no thread, or it can run. */
static gt_thread *waited_for(const gt_thread *thread)
{
    return thread->waits_for ? thread->waits_for->thread : NULL;
}

static void report_thread(gti_hub *hub, const gt_thread *thread)
{
    char name[GTI_DESCRIPTION], other[GTI_DESCRIPTION];
    gti_describe_thread(thread, name, sizeof name);
    if (waited_for(thread))
        gti_report(hub, " %s waits in %s for %s", name, thread->waits_for->call,
                   gti_describe_thread(waited_for(thread), other, sizeof other));
    else if (thread->waits_for)
        gti_report(hub, " %s waits in %s", name, thread->waits_for->call);
    else if (thread->flags & GTI_UNSTARTED && thread->state != GT_DEAD)
        gti_report(hub, " %s is never to start", name);
}

/*
 * Walks from `start` to the thread that each thread waits for, and marks the threads. Returns a
 * thread on a cycle that this walk found. Returns NULL if the walk ends, or meets an earlier walk.
 * A thread that waits for another is on no list, so its place on the run-next list is free for the
 * mark.
 */
static gt_thread *find_cycle(gt_thread *start)
{
    gt_thread *thread = start;
    while (thread && waited_for(thread) && !thread->next_to_run) {
        thread->next_to_run = start;
        thread = waited_for(thread);
    }
    return thread && waited_for(thread) && thread->next_to_run == start ? thread : NULL;
}

/* The cycle on one line; only the beginning of a long cycle. */
static void report_cycle(gti_hub *hub, gt_thread *start)
{
    enum { ROOM = GTI_REPORT_LINE / 2 };
    char line[ROOM + GTI_DESCRIPTION + 8];
    size_t length = 0;
    const gt_thread *thread = start;
    do {
        gti_describe_thread(thread, line + length, GTI_DESCRIPTION);
        length += strlen(line + length);
        memcpy(line + length, " -> ", 5);
        length += 4;
        thread = waited_for(thread);
    } while (thread != start && length < ROOM);
    if (thread == start)
        gti_describe_thread(start, line + length, GTI_DESCRIPTION);
    else
        memcpy(line + length, "...", 4);
    gti_report(hub, " cycle: %s", line);
}

/* Reports the first cycle; others would tell nothing new about main. */
static void report_any_cycle(gti_hub *hub)
{
    gt_thread *found = NULL;
    for (gt_thread *thread = hub->threads.first; thread && !found; thread = thread->next)
        found = find_cycle(thread);
    if (found)
        report_cycle(hub, found);
}

static void clear_marks(gti_hub *hub)
{
    for (gt_thread *thread = hub->threads.first; thread; thread = thread->next)
        if (thread->waits_for)
            thread->next_to_run = NULL;
}

static void report_deadlock(gti_hub *hub)
{
    gti_report(hub, "deadlock: nothing can wake the main green thread");
    report_thread(hub, &hub->main);
    clear_marks(hub);
    for (gt_thread *thread = hub->threads.first; thread; thread = thread->next)
        report_thread(hub, thread);
    report_any_cycle(hub);
}

void gti_deadlock(gti_hub *hub)
{
    gt_thread *main = &hub->main;
    if (!hub->grace) {
        hub->deadlocked_call = main->waits_for->call;
        main->flags |= GTI_DEADLOCKED;
        report_deadlock(hub);
    }
    gti_interrupt(main);
    gti_make_ready(hub, main);
}
