/*
 * EXC: raising, catching, cleaning up.
 */
#include "../conformance.h"
#include <string.h>

static void says(void *text)
{
    trace("%s", (char *)text);
}

static void *cleans_up_in_order(void *arg)
{
    gt_exception e;
    GT_DEFER(says, "cleanup outside of the try");
    GT_TRY
    {
        GT_DEFER(says, "first cleanup");
        GT_DEFER(says, "second cleanup");
        raiser("boom");
    }
    GT_CATCH_ALL(e)
    {
        trace_exception("caught", &e);
    }
    GT_END_TRY;
    raiser("again");
    return arg;
}

/* Newest first, up to the innermost try; without a try all of them. */
static void a_raise_runs_cleanups_newest_first(void)
{
    gt_exception e;
    gt_thread *thread = gt_spawn(cleans_up_in_order, NULL);
    if (!gt_join(thread, NULL, &e))
        trace_exception("the thread finished with", &e);
    gt_unref(thread);
}

static void raise_in_try(void *text)
{
    GT_DEFER(says, "cleanup");
    raiser(text);
}

static void return_in_try(void *text)
{
    says(text);
}

static void gt_try_tells_whether_it_raised(void)
{
    gt_exception e = {.message = "untouched"};
    bool raised = !gt_try(raise_in_try, "boom", &e);
    trace("%d", raised);
    trace_exception("caught", &e);
    e = (gt_exception){.message = "untouched"};
    raised = !gt_try(return_in_try, "no exception", &e);
    trace("%d %s", raised, e.message);
    trace("%d", !gt_try(raise_in_try, "dropped", NULL));
}

static const gt_kind app_error = {"app_error", &GT_ERROR};
static const gt_kind parse_error = {"parse_error", &app_error};

static void raise_kind(const gt_kind *kind)
{
    gt_exception e = {.kind = kind};
    gt_raise(&e);
}

static void catch_kinds(const gt_kind *kind)
{
    gt_exception e;
    GT_TRY
    {
        GT_TRY
        {
            raise_kind(kind);
        }
        GT_CATCH(&parse_error, e)
        {
            trace("inner catches %s", e.kind->name);
        }
        GT_CATCH(&app_error, e)
        {
            trace("inner catches %s as its parent", e.kind->name);
        }
        GT_END_TRY;
    }
    GT_CATCH(&GT_ERROR, e)
    {
        trace("outer catches %s", e.kind->name);
    }
    GT_CATCH_ALL(e)
    {
        trace("all that is left: %s", e.kind->name);
    }
    GT_END_TRY;
}

/* The first catch that matches the kind or an ancestor; else it goes on outward. */
static void a_catch_matches_a_kind_or_its_descendants(void)
{
    static const gt_kind sibling = {"sibling", &app_error};
    catch_kinds(&parse_error);
    catch_kinds(&sibling);
    catch_kinds(&GT_OS_ERROR);
    catch_kinds(&GT_EXIT);
}

static void raise_in_a_catch(gt_exception *origin)
{
    gt_exception e;
    GT_TRY
    {
        raiser("boom");
    }
    GT_CATCH_ALL(e)
    {
        *origin = e;
        gt_raise(&e);
    }
    GT_END_TRY;
}

/* A catch may raise again: the origin stays where it was first raised. */
static void a_catch_may_raise_again(void)
{
    gt_exception e;
    static gt_exception first; /* a local would have to be volatile */
    GT_TRY
    {
        raise_in_a_catch(&first);
    }
    GT_CATCH_ALL(e)
    {
        trace_exception("outer", &e);
        trace("raised in %s, %s line", e.function, e.line == first.line ? "the same" : "another");
        trace("in %s", strrchr(e.file, '/') ? strrchr(e.file, '/') + 1 : e.file);
    }
    GT_END_TRY;
}

static void raise_from_cleanup(void *text)
{
    trace("a cleanup raises");
    raiser(text);
}

static void *replaces(void *arg)
{
    GT_DEFER(says, "the last cleanup still runs");
    GT_DEFER(raise_from_cleanup, "from the cleanup");
    raiser("from the function");
    return arg;
}

static void a_raise_in_a_cleanup_replaces(void)
{
    gt_exception e;
    gt_thread *thread = gt_spawn(replaces, NULL);
    if (!gt_join(thread, NULL, &e))
        trace_exception("the thread finished with", &e);
    gt_unref(thread);
}

static const char *leaves_by_return(void)
{
    gt_exception e;
    GT_TRY
    {
        GT_DEFER(says, "deferred");
        return "returned from inside";
    }
    GT_CATCH_ALL(e)
    {
        trace("wrong try");
    }
    GT_END_TRY;
    return "not reached";
}

static void leaves_by_loop(void)
{
    gt_exception e;
    for (volatile int i = 0; i < 3; i++) {
        GT_DEFER(says, "end of a turn");
        GT_TRY
        {
            if (i == 0)
                continue;
            if (i == 1)
                break;
            trace("not reached");
        }
        GT_CATCH_ALL(e)
        {
            trace("wrong try");
        }
        GT_END_TRY;
        trace("not reached");
    }
}

static void leaves_by_goto(void)
{
    gt_exception e;
    GT_TRY
    {
        goto out;
    }
    GT_CATCH_ALL(e)
    {
        trace("wrong try");
    }
    GT_END_TRY;
out:
    raiser("after the goto");
}

/* Each way out leaves the try: what is raised afterwards goes to the one outside. */
static void a_try_may_be_left_any_way(void)
{
    gt_exception e;
    GT_TRY
    {
        trace("%s", leaves_by_return());
        leaves_by_loop();
        leaves_by_goto();
    }
    GT_CATCH_ALL(e)
    {
        trace_exception("the try outside", &e);
    }
    GT_END_TRY;
}

static void *is_killed(void *text)
{
    GT_DEFER(says, text);
    gt_sleep(1000);
    return NULL;
}

static void defers_run_on_a_kill(void)
{
    gt_thread *thread = gt_spawn(is_killed, "deferred");
    gt_yield();
    gt_kill(thread, NULL);
    gt_unref(thread);
}

static void records_by_hand(void)
{
    gt_cleanup first, second;
    gt_cleanup_push(&first, says, "first record");
    gt_cleanup_push(&second, says, "second record");
    gt_cleanup_pop(&second, false);
    trace("the second was dropped");
    gt_cleanup_pop(&first, true);
}

/* An exception in one stack leaves the others alone. */
static void *raises_deep(void *depth)
{
    if (*(int *)depth > 0) {
        int less = *(int *)depth - 1;
        return raises_deep(&less);
    }
    raiser("deep");
    return NULL;
}

static void exceptions_of_several_threads_do_not_mix(void)
{
    int depth = 100;
    gt_exception e;
    gt_thread *threads[] = {gt_spawn(raises_deep, &depth), gt_spawn(speaker, "another"),
                            gt_spawn(raises_deep, &depth)};
    for (int i = 0; i < 3; i++) {
        if (!gt_join(threads[i], NULL, &e))
            trace_exception("joined", &e);
        gt_unref(threads[i]);
    }
}

const conformance_case exception_cases[] = {
    {"EXC-1", "a_raise_runs_cleanups_newest_first", a_raise_runs_cleanups_newest_first, 0},
    {"EXC-1", "exceptions_of_several_threads_do_not_mix", exceptions_of_several_threads_do_not_mix,
     0},
    {"EXC-1", "gt_try_tells_whether_it_raised", gt_try_tells_whether_it_raised, 0},
    {"EXC-2", "a_catch_matches_a_kind_or_its_descendants",
     a_catch_matches_a_kind_or_its_descendants, 0},
    {"EXC-2", "a_catch_may_raise_again", a_catch_may_raise_again, 0},
    {"EXC-3", "a_raise_in_a_cleanup_replaces", a_raise_in_a_cleanup_replaces, 0},
    {"EXC-4", "a_try_may_be_left_any_way", a_try_may_be_left_any_way, 0},
    {"EXC-4", "defers_run_on_a_kill", defers_run_on_a_kill, 0},
    {"EXC-4", "records_by_hand", records_by_hand, 0},
    {0},
};
