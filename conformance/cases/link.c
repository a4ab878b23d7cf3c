/*
 * LINK: functions that run when a thread has finished.
 */
#include "conformance.h"

static void tells_state(gt_thread *thread, void *text)
{
    trace("link %s: %s, in the context of thread %d", (char *)text,
          gt_get_state(thread) == GT_FINISHED ? "finished" : "dead", (int)gt_get_number(gt_self()));
}

/* Returned, raised, killed, cancelled: each link runs once, in order, in the thread's context. */
CASE("LINK-1", links_run_once_however_it_ends)
{
    gt_thread *threads[] = {gt_spawn(speaker, "returns"), gt_spawn(raiser, "raises"),
                            gt_spawn(sleeper, "is killed"),
                            gt_spawn_after(1000, speaker, "is cancelled")};
    static char *const names[] = {"of 1", "of 2", "of 3", "of 4"};
    for (int i = 0; i < 4; i++) {
        gt_link(threads[i], tells_state, names[i]);
        gt_link(threads[i], announce, names[i]);
    }
    gt_yield();
    gt_kill(threads[2], NULL);
    gt_cancel(threads[3], NULL);
    gt_run();
    for (int i = 0; i < 4; i++) {
        gt_join(threads[i], NULL, NULL);
        gt_unref(threads[i]);
    }
}

static int calls, in_order;

static void counts_order(gt_thread *thread, void *arg)
{
    (void)thread;
    in_order += *(int *)arg == calls++;
}

CASE("LINK-1", a_thousand_links_run_in_order)
{
    static int numbers[1000];
    gt_thread *thread = gt_spawn(speaker, "the thread");
    calls = in_order = 0;
    for (int i = 0; i < 1000; i++) {
        numbers[i] = i;
        gt_link(thread, counts_order, &numbers[i]);
    }
    gt_wait(thread);
    gt_yield();
    trace("%d called, %d in order", calls, in_order);
    gt_unref(thread);
}

static void waits_inside(gt_thread *thread, void *arg)
{
    gt_exception e;
    void *result;
    (void)arg;
    if (gt_join(thread, &result, &e))
        trace("inside the link: %s", (char *)result);
    else
        trace_exception("inside the link", &e);
}

/* The result is there before the links run. So a wait inside one ends at once. */
CASE("LINK-2", wait_inside_a_link_returns_at_once)
{
    gt_thread *good = gt_spawn(speaker, "a result"), *bad = gt_spawn(raiser, "boom");
    gt_link(good, waits_inside, NULL);
    gt_link(bad, waits_inside, NULL);
    gt_run();
    gt_unref(good);
    gt_unref(bad);
}

static void blocks(gt_thread *thread, void *text)
{
    (void)thread;
    trace("link %s begins", (char *)text);
    gt_sleep(10);
    trace("link %s ends", (char *)text);
}

static void *waits(void *target)
{
    trace("waiter: %s", (char *)gt_wait(target));
    return NULL;
}

CASE("LINK-2", waiters_resume_while_a_link_blocks)
{
    gt_thread *thread = gt_spawn(speaker, "the thread");
    gt_unref(gt_spawn(waits, thread));
    gt_link(thread, blocks, "one");
    gt_link(thread, announce, "two");
    gt_yield();
    gt_run();
    gt_unref(thread);
}

static void raises(gt_thread *thread, void *text)
{
    (void)thread;
    raiser(text);
}

/* A dead thread's link runs now, in the caller's context. */
CASE("LINK-3", linking_to_a_dead_thread_calls_at_once)
{
    gt_exception e;
    gt_thread *thread = gt_spawn(speaker, "the thread");
    gt_run();
    trace("%d", gt_link(thread, announce, "late"));
    GT_TRY
    {
        gt_link(thread, raises, "from a late link");
    }
    GT_CATCH_ALL(e)
    {
        trace_exception("main", &e);
    }
    GT_END_TRY;
    gt_unref(thread);
}

static void links_one_more(gt_thread *thread, void *text)
{
    trace("link %s begins", (char *)text);
    gt_link(thread, announce, "made inside");
    trace("link %s ends", (char *)text);
}

CASE("LINK-4", a_link_made_inside_a_link_runs_last)
{
    gt_thread *thread = gt_spawn(speaker, "the thread");
    gt_link(thread, links_one_more, "one");
    gt_link(thread, announce, "two");
    gt_run();
    gt_unref(thread);
}

static void unlinks(gt_thread *thread, void *text)
{
    trace("link %s unlinks: %s", (char *)text,
          gt_unlink(thread, announce, "three") ? "true" : "false");
    trace("and itself: %s", gt_unlink(thread, unlinks, text) ? "true" : "false");
}

/* The oldest equal link goes. For a link that ran, or never was, the call returns false. */
CASE("LINK-5", unlink_takes_the_oldest)
{
    gt_thread *thread = gt_spawn(speaker, "the thread");
    gt_link(thread, announce, "one");
    gt_link(thread, announce, "two");
    gt_link(thread, announce, "one");
    trace("%d %d", gt_unlink(thread, announce, "one"), gt_unlink(thread, announce, "never"));
    gt_run();
    trace("%d", gt_unlink(thread, announce, "two"));
    gt_unref(thread);
}

CASE("LINK-5", unlink_from_an_earlier_link)
{
    static char three[] = "three";
    gt_thread *thread = gt_spawn(speaker, "the thread");
    gt_link(thread, unlinks, "one");
    gt_link(thread, announce, "two");
    gt_link(thread, announce, three);
    gt_unlink(thread, announce, three);
    gt_link(thread, announce, "three");
    gt_run();
    gt_unref(thread);
}

/* It is reported. The other links run, and the result stays. */
CASE("LINK-6", the_rest_run_after_one_raises)
{
    gt_thread *thread = gt_spawn(speaker, "the thread");
    gt_link(thread, raises, "in a link");
    gt_link(thread, announce, "two");
    gt_run();
    trace("result: %s", (char *)gt_wait(thread));
    gt_unref(thread);
}

CASE("LINK-6", a_link_may_raise_unheard)
{
    gt_thread *thread = gt_spawn(speaker, "the thread");
    gt_link(thread, raises, "in a link");
    gt_link(thread, announce, "two");
    gt_set_hub_exceptions(false);
    gt_run();
    gt_unref(thread);
}

CASE("LINK-7", a_kill_ends_the_link_in_progress_only)
{
    gt_exception custom = {.kind = &GT_ERROR, .message = "thrown into the links"};
    gt_thread *thread = gt_spawn(speaker, "the thread");
    gt_link(thread, blocks, "one");
    gt_link(thread, blocks, "two");
    gt_link(thread, announce, "three");
    gt_yield();
    trace("main kills");
    gt_kill(thread, NULL);
    trace("main kills again");
    gt_kill(thread, &custom);
    gt_run();
    trace("result: %s", (char *)gt_wait(thread));
    gt_unref(thread);
}

static void raises_out_of_a_shield(gt_thread *thread, void *text)
{
    (void)thread;
    gt_shield_begin();
    gt_sleep(10);
    raiser(text);
}

/* It was meant for this link. The next one blocks, too, and is not told of it. */
CASE("LINK-7", a_kill_that_a_link_holds_back_ends_with_it)
{
    gt_thread *thread = gt_spawn(speaker, "the thread");
    gt_link(thread, raises_out_of_a_shield, "out of the shield");
    gt_link(thread, blocks, "two");
    gt_yield();
    gt_kill(thread, NULL);
    gt_run();
    trace("result: %s", (char *)gt_wait(thread));
    gt_unref(thread);
}

/* They were queued before it finished. */
CASE("LINK-2", queued_waiters_resume_while_a_link_blocks)
{
    gt_thread *thread = gt_spawn_after(5, speaker, "the thread");
    gt_unref(gt_spawn(waits, thread));
    gt_link(thread, blocks, "one");
    gt_run();
    gt_unref(thread);
}

CASE("LINK-4", the_last_link_may_make_another)
{
    gt_thread *thread = gt_spawn(speaker, "the thread");
    gt_link(thread, links_one_more, "one");
    gt_run();
    gt_unref(thread);
}

CASE("LINK-5", unlink_from_the_middle_and_the_end)
{
    gt_thread *thread = gt_spawn(speaker, "the thread");
    gt_link(thread, announce, "one");
    gt_link(thread, announce, "two");
    gt_link(thread, announce, "three");
    gt_link(thread, announce, "four");
    gt_unlink(thread, announce, "two");
    gt_unlink(thread, announce, "four");
    gt_link(thread, announce, "five");
    gt_run();
    gt_unref(thread);
}

static void sleeps_in_a_shield(gt_thread *thread, void *text)
{
    (void)thread;
    gt_shield_begin();
    gt_sleep(10);
    trace("link %s leaves its shield up", (char *)text);
}

/* The kill that it held back is gone with it, and so is the shield. */
CASE("LINK-7", a_shield_ends_with_its_link)
{
    gt_thread *thread = gt_spawn(speaker, "the thread");
    gt_link(thread, sleeps_in_a_shield, "one");
    gt_link(thread, blocks, "two");
    gt_link(thread, blocks, "three");
    gt_yield();
    gt_kill(thread, NULL);
    gt_sleep(25);
    trace("main kills");
    gt_kill(thread, NULL);
    gt_run();
    gt_unref(thread);
}

static void kills_its_thread(gt_thread *thread, void *text)
{
    trace("link %s kills its thread", (char *)text);
    gt_kill(thread, NULL);
    trace("not reached");
}

static void kills_its_thread_in_a_shield(gt_thread *thread, void *text)
{
    gt_shield_begin();
    gt_kill(thread, NULL);
    trace("link %s: held by the shield", (char *)text);
    gt_shield_end();
    trace("not reached");
}

/* As in KILL-8: at the call, or at the end of the shield, and without a yield. */
CASE("LINK-7", a_link_may_kill_its_own_thread)
{
    gt_thread *thread = gt_spawn(speaker, "the thread");
    gt_link(thread, kills_its_thread, "one");
    gt_link(thread, kills_its_thread_in_a_shield, "two");
    gt_link(thread, announce, "three");
    gt_unref(gt_spawn(speaker, "bystander"));
    gt_run();
    trace("result: %s", (char *)gt_wait(thread));
    gt_unref(thread);
}
