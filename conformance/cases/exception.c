/*
 * EXC: raising, catching, cleaning up.
 */
#include "conformance.h"
#include <stdio.h>
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

/* Newest first, up to the innermost try. Without a try, all of them. */
CASE("EXC-1", a_raise_runs_cleanups_newest_first)
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

CASE("EXC-1", gt_try_tells_whether_it_raised)
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

static void *joined(gt_function *fn, void *arg)
{
    gt_exception e;
    gt_thread *thread = gt_spawn(fn, arg);
    if (!gt_join(thread, NULL, &e))
        trace_exception("the thread finished with", &e);
    gt_unref(thread);
    return NULL;
}

static gt_exception raised;

static void change_it(void *arg)
{
    (void)arg;
    raised.message = "changed";
    trace("a cleanup changes what was raised");
}

static void raise_a_copy(void *value)
{
    GT_DEFER(change_it, NULL);
    raised = (gt_exception){.kind = &GT_ERROR, .code = 7, .message = "as raised", .value = value};
    gt_raise(&raised);
}

/* A copy travels, with the place of the raise filled in. */
CASE("EXC-1", a_raise_copies_the_exception)
{
    gt_exception e;
    int mine;
    if (gt_try(raise_a_copy, &mine, &e))
        return;
    trace_exception("caught", &e);
    trace("the value is the raiser's: %d", e.value == &mine);
    trace("raised in %s", e.function);
    trace("the raiser's own has no place: %d", !raised.file && !raised.function && !raised.line);
}

static void tries_itself(void *arg)
{
    gt_exception e;
    GT_DEFER(says, "deferred in the cleanup");
    (void)arg;
    GT_TRY
    {
        raiser("of the cleanup");
    }
    GT_CATCH_ALL(e)
    {
        trace_exception("the cleanup caught", &e);
    }
    GT_END_TRY;
}

static void raise_past_cleanups(void *text)
{
    GT_DEFER(says, "the next cleanup");
    GT_DEFER(tries_itself, NULL);
    raiser(text);
}

/* An exception that a cleanup raises and catches itself does not touch the one on its way. */
CASE("EXC-1", a_cleanup_may_raise_and_catch)
{
    gt_exception e;
    if (!gt_try(raise_past_cleanups, "on its way", &e))
        trace_exception("caught", &e);
}

static void push_records_and_raise(void *text)
{
    gt_cleanup first, second;
    gt_cleanup_push(&first, says, "first record");
    gt_cleanup_push(&second, says, "second record");
    raiser(text);
}

/* A raise meets records that are made by hand as it meets those of GT_DEFER. */
CASE("EXC-1", a_raise_runs_records_by_hand)
{
    gt_exception e;
    if (!gt_try(push_records_and_raise, "boom", &e))
        trace_exception("caught", &e);
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

/* The first catch that matches the kind or an ancestor; else the exception goes on outward. */
CASE("EXC-2", a_catch_matches_a_kind_or_its_descendants)
{
    static const gt_kind sibling = {"sibling", &app_error};
    catch_kinds(&parse_error);
    catch_kinds(&sibling);
    catch_kinds(&GT_OS_ERROR);
    catch_kinds(&GT_EXIT);
}

/* The kinds of the library: what GT_ERROR catches, and what it does not. */
CASE("EXC-2", the_kinds_form_a_tree)
{
    static const gt_kind *const kinds[] = {&GT_ERROR,  &GT_OS_ERROR, &GT_DEADLOCK, &GT_NO_MEMORY,
                                           &GT_CLOSED, &parse_error, &GT_TIMEOUT,  &GT_EXIT};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        gt_exception e = {.kind = kinds[i]};
        trace("%s is%s GT_ERROR", e.kind->name, gt_exception_is(&e, &GT_ERROR) ? "" : " not");
    }
    gt_exception parent = {.kind = &app_error};
    trace("a parent is its child: %d", gt_exception_is(&parent, &parse_error));
}

static void raise_another_in_a_catch(void *arg)
{
    gt_exception e;
    (void)arg;
    GT_TRY
    {
        raiser("the first");
    }
    GT_CATCH(&GT_ERROR, e)
    {
        trace_exception("inner", &e);
        raise_kind(&GT_TIMEOUT);
    }
    GT_CATCH_ALL(e)
    {
        trace("the catch beside it: not reached");
    }
    GT_END_TRY;
}

/* What a catch raises goes on outward, past the other catches of its try. */
CASE("EXC-2", a_catch_may_raise_another)
{
    gt_exception e;
    if (!gt_try(raise_another_in_a_catch, NULL, &e)) {
        trace_exception("outer", &e);
        trace("raised in %s", e.function);
    }
}

/* A try in a catch is one level more. The exception of the outer try stays known. */
CASE("EXC-2", a_try_inside_a_catch)
{
    gt_exception first, second;
    GT_TRY
    {
        raiser("the first");
    }
    GT_CATCH_ALL(first)
    {
        GT_TRY
        {
            raiser("the second");
        }
        GT_CATCH_ALL(second)
        {
            trace_exception("inner", &second);
        }
        GT_END_TRY;
        trace_exception("outer, still", &first);
    }
    GT_END_TRY;
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
CASE("EXC-2", a_catch_may_raise_again)
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

CASE("EXC-3", a_raise_in_a_cleanup_replaces)
{
    gt_exception e;
    gt_thread *thread = gt_spawn(replaces, NULL);
    if (!gt_join(thread, NULL, &e))
        trace_exception("the thread finished with", &e);
    gt_unref(thread);
}

static void raise_from_two_cleanups(void *text)
{
    GT_DEFER(raise_from_cleanup, "from the older cleanup");
    GT_DEFER(raise_from_cleanup, "from the newer cleanup");
    raiser(text);
}

/* If several replace each other, the last one arrives. */
CASE("EXC-3", the_last_of_several_raises_wins)
{
    gt_exception e;
    if (!gt_try(raise_from_two_cleanups, "from the function", &e))
        trace_exception("caught", &e);
}

static void *replaces_a_kill(void *arg)
{
    GT_DEFER(raise_from_cleanup, "instead of the kill");
    gt_sleep(1000);
    return arg;
}

/* A kill is an exception like any other, so a cleanup can replace it. */
CASE("EXC-3", a_cleanup_replaces_a_kill)
{
    gt_exception e;
    gt_thread *thread = gt_spawn(replaces_a_kill, NULL);
    gt_yield();
    gt_kill(thread, NULL);
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

/* Each way out leaves the try. What is raised afterwards goes to the try outside. */
CASE("EXC-4", a_try_may_be_left_any_way)
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

CASE("EXC-4", defers_run_on_a_kill)
{
    gt_thread *thread = gt_spawn(is_killed, "deferred");
    gt_yield();
    gt_kill(thread, NULL);
    gt_unref(thread);
}

/* Where a walk has passed, for one line of trace. */
static char path[200];

static void pass(void *place)
{
    size_t length = strlen(path);
    snprintf(path + length, sizeof path - length, "%s%s", length ? ", " : "", (char *)place);
}

enum way { AT_ITS_END, BY_CONTINUE, BY_BREAK, BY_RETURN, BY_GOTO, BY_RAISE };

/* Two turns. In the first, `way` says how to leave the try. */
static void walk(enum way way)
{
    gt_exception e;
    for (volatile int turn = 1; turn <= 2; turn++) {
        pass(turn == 1 ? "turn 1" : "turn 2");
        if (turn == 2)
            continue;
        GT_DEFER(pass, "older defer");
        GT_DEFER(pass, "newer defer");
        GT_TRY
        {
            GT_DEFER(pass, "inner defer");
            if (way == BY_CONTINUE)
                continue;
            if (way == BY_BREAK)
                break;
            if (way == BY_RETURN)
                return;
            if (way == BY_GOTO)
                goto out;
            if (way == BY_RAISE)
                raiser("boom");
        }
        GT_CATCH_ALL(e)
        {
            pass("caught");
        }
        GT_END_TRY;
        pass("behind the try");
    }
    pass("behind the loop");
    return;
out:
    pass("at the label");
}

/* The same, from inside the catch. */
static void walk_from_a_catch(enum way way)
{
    gt_exception e;
    for (volatile int turn = 1; turn <= 2; turn++) {
        pass(turn == 1 ? "turn 1" : "turn 2");
        if (turn == 2)
            continue;
        GT_DEFER(pass, "older defer");
        GT_TRY
        {
            raiser("boom");
        }
        GT_CATCH_ALL(e)
        {
            GT_DEFER(pass, "defer of the catch");
            if (way == BY_CONTINUE)
                continue;
            if (way == BY_BREAK)
                break;
            if (way == BY_RETURN)
                return;
            if (way == BY_GOTO)
                goto out;
            if (way == BY_RAISE)
                gt_raise(&e);
        }
        GT_END_TRY;
        pass("behind the try");
    }
    pass("behind the loop");
    return;
out:
    pass("at the label");
}

static void go_each_way(void (*walk_it)(enum way))
{
    static const char *const names[] = {"its end", "continue", "break", "return", "goto", "raise"};
    for (volatile int way = AT_ITS_END; way <= BY_RAISE; way++) {
        gt_exception e;
        path[0] = '\0';
        GT_TRY
        {
            walk_it((enum way)way);
            raiser("after it");
        }
        GT_CATCH_ALL(e)
        {
            pass(e.message[0] == 'a' ? "outside" : "past it all");
        }
        GT_END_TRY;
        trace("%s: %s", names[way], path);
    }
}

/* The defers in their order on each way out. What is raised after that goes outside. */
CASE("EXC-4", each_way_out_of_a_try_in_a_loop)
{
    go_each_way(walk);
}

CASE("EXC-4", each_way_out_of_a_catch_in_a_loop)
{
    go_each_way(walk_from_a_catch);
}

static void *is_killed_deep_inside(void *arg)
{
    gt_exception e;
    GT_DEFER(says, "oldest defer");
    GT_TRY
    {
        GT_DEFER(says, "older defer, in the try");
        GT_DEFER(says, "newer defer, in the try");
        gt_sleep(1000);
    }
    GT_CATCH(&GT_ERROR, e)
    {
        trace("a kill is no error: not reached");
    }
    GT_END_TRY;
    return arg;
}

/* A kill passes a try that does not catch it; the defers run on its way. */
CASE("EXC-4", a_kill_runs_defers_newest_first)
{
    gt_exception e;
    gt_thread *thread = gt_spawn(is_killed_deep_inside, NULL);
    gt_yield();
    gt_kill(thread, NULL);
    if (!gt_join(thread, NULL, &e))
        trace_exception("the thread finished with", &e);
    gt_unref(thread);
}

static void *defers_a_raise(void *arg)
{
    GT_DEFER(says, "the older defer");
    GT_DEFER(raise_from_cleanup, "from a defer");
    trace("the scope ends");
    return arg;
}

/* A defer may raise where no exception was on its way. The code outside the scope gets it. */
CASE("EXC-4", a_defer_may_raise_at_the_end_of_its_scope)
{
    joined(defers_a_raise, NULL);
}

CASE("EXC-4", records_by_hand)
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

CASE("EXC-1", exceptions_of_several_threads_do_not_mix)
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
