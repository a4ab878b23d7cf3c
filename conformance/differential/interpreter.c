/*
 * Runs a program as the C program that it means would run. Blocks are real scopes on the
 * green thread's stack, and tries are GT_TRY. What a block knows is in a list of scopes
 * in those frames.
 *
 * Nothing that the generator or a fuzzer may write is a programming error. A statement
 * that would be one (a wait for a spawn_n thread, an empty slot) writes "-" and does
 * nothing. Every program ends: there are no loops, and threads, statements and depth are
 * counted.
 */
#include "interpreter.h"
#include "audit.h"
#include <greenthread/testing.h>
#include <stdarg.h>
#include <string.h>

interpreter running;

/* The trace */

static void write_line(const char *prefix, const char *format, va_list arguments)
{
    char line[600];
    int n = snprintf(line, sizeof line, "%s", prefix);
    vsnprintf(line + n, sizeof line - (size_t)n, format, arguments);
    running.line(line, running.line_arg);
    if (!audit_step(line, sizeof line))
        running.line(line, running.line_arg);
}

void say(const char *format, ...)
{
    char prefix[64];
    va_list arguments;
    snprintf(prefix, sizeof prefix, "@%lld t%llu ", (long long)gt_now(),
             (unsigned long long)gt_get_number(gt_self()));
    va_start(arguments, format);
    write_line(prefix, format, arguments);
    va_end(arguments);
}

/* Origins and stacks differ by compiler. The rules say everything else. */
static void report(const char *text, void *arg)
{
    char line[600];
    (void)arg;
    if (strncmp(text, " raised", 7) == 0 || strncmp(text, " #", 2) == 0)
        return;
    snprintf(line, sizeof line, "@%lld report: %s", (long long)gt_now(), text);
    running.line(line, running.line_arg);
}

/* Which of the surrounding timeouts it was, counted from the innermost; -1: none of them. */
static int timeout_of(const gt_exception *e, const scope *in)
{
    int n = 0;
    for (; in; in = in->outer) {
        if (!in->timeout)
            continue;
        if (gt_timeout_is(in->timeout, e))
            return n;
        n++;
    }
    return -1;
}

const char *describe(const gt_exception *e, const scope *in, char text[DESCRIPTION])
{
    int n = snprintf(text, DESCRIPTION, "%s %d%s%s", e->kind->name, e->code, e->message ? ": " : "",
                     e->message ? e->message : "");
    if (e->kind != &GT_TIMEOUT || !e->value)
        return text;
    int which = timeout_of(e, in);
    if (which < 0)
        snprintf(text + n, DESCRIPTION - (size_t)n, ", of another timeout");
    else
        snprintf(text + n, DESCRIPTION - (size_t)n, ", of timeout %d", which);
    return text;
}

const gt_exception *given_exception(const statement *s, gt_exception *e)
{
    if (!s->has_exception)
        return NULL;
    *e = (gt_exception){.kind = kinds[s->kind], .code = s->code};
    return e;
}

/* Blocks */

static flow run_statements(const statement *s, const scope *in)
{
    static do_function *const functions[] = {
#define OPERATION(name, arguments, parts) do_##name,
#include "operations.h"
#undef OPERATION
    };
    if (in->depth > CALLS)
        return GOES_ON;
    for (; s; s = s->next) {
        if (running.steps == 0)
            return GOES_ON;
        running.steps--;
        if (functions[s->operation](s, in) == RETURNS)
            return RETURNS;
    }
    return GOES_ON;
}

static flow run_part(const statement *s, int part, const scope *outer, gt_timeout *timeout,
                     const gt_exception *caught)
{
    scope inside = {outer, timeout, caught, outer->result, outer->depth + 1};
    return run_statements(s->parts[part], &inside);
}

void run_body(int body, intptr_t *result, int depth)
{
    scope function = {.result = result, .depth = depth};
    run_statements(running.program->bodies[body], &function);
}

flow do_raise(const statement *s, const scope *in)
{
    gt_exception e = {.kind = &GT_EXIT};
    (void)in;
    given_exception(s, &e);
    gt_raise(&e);
    return GOES_ON;
}

flow do_reraise(const statement *s, const scope *in)
{
    (void)s;
    for (; in; in = in->outer)
        if (in->caught)
            gt_raise(in->caught);
    say("reraise -");
    return GOES_ON;
}

flow do_return(const statement *s, const scope *in)
{
    *in->result = s->number;
    return RETURNS;
}

static flow handle(const statement *s, int part, const scope *in, const gt_exception *e)
{
    char text[DESCRIPTION];
    say("caught %s", describe(e, in, text));
    return run_part(s, part, in, NULL, e);
}

flow do_try(const statement *s, const scope *in)
{
    gt_exception e;
    GT_TRY
    {
        if (run_part(s, 0, in, NULL, NULL) == RETURNS)
            return RETURNS;
    }
    GT_CATCH(kinds[s->kind], e)
    {
        return handle(s, 1, in, &e);
    }
    GT_END_TRY;
    return GOES_ON;
}

flow do_try_all(const statement *s, const scope *in)
{
    gt_exception e;
    GT_TRY
    {
        if (run_part(s, 0, in, NULL, NULL) == RETURNS)
            return RETURNS;
    }
    GT_CATCH(kinds[s->kind], e)
    {
        return handle(s, 1, in, &e);
    }
    GT_CATCH_ALL(e)
    {
        return handle(s, 2, in, &e);
    }
    GT_END_TRY;
    return GOES_ON;
}

/* Runs a block as a function of its own: `part` of `s`, inside `in`. */
typedef struct part_of {
    const statement *s;
    const scope *in;
    int part;
} part_of;

static void *run_as_function(void *arg)
{
    const part_of *of = arg;
    intptr_t result = 0;
    scope inside = {of->in, NULL, NULL, &result, of->in->depth + 1};
    run_statements(of->s->parts[of->part], &inside);
    return (void *)result;
}

static void run_quietly(void *arg)
{
    run_as_function(arg);
}

flow do_attempt(const statement *s, const scope *in)
{
    part_of body = {s, in, 0};
    gt_exception e;
    char text[DESCRIPTION];
    if (gt_try(run_quietly, &body, &e))
        say("attempt succeeded");
    else
        say("attempt: %s", describe(&e, in, text));
    return GOES_ON;
}

static void clean_up(void *arg)
{
    say("cleanup");
    run_as_function(arg);
}

flow do_defer(const statement *s, const scope *in)
{
    part_of cleanup = {s, in, 1};
    GT_DEFER(clean_up, &cleanup);
    return run_part(s, 0, in, NULL, NULL);
}

flow do_push(const statement *s, const scope *in)
{
    part_of cleanup = {s, in, 1};
    gt_cleanup record;
    gt_cleanup_push(&record, clean_up, &cleanup);
    flow flow = run_part(s, 0, in, NULL, NULL);
    gt_cleanup_pop(&record, s->number != 0);
    return flow;
}

flow do_shield(const statement *s, const scope *in)
{
    gt_shield_begin();
    flow flow = run_part(s, 0, in, NULL, NULL);
    gt_shield_end();
    say("shield ended");
    return flow;
}

flow do_timeout(const statement *s, const scope *in)
{
    gt_timeout timeout;
    gt_timeout_start(&timeout, s->duration_ns);
    flow flow = run_part(s, 0, in, &timeout, NULL);
    gt_timeout_stop(&timeout);
    say("timeout ended");
    return flow;
}

flow do_with(const statement *s, const scope *in)
{
    part_of body = {s, in, 0};
    void *result = NULL;
    if (gt_with_timeout(s->duration_ns, run_as_function, &body, &result))
        say("with: %d", (int)(intptr_t)result);
    else
        say("with timed out");
    return GOES_ON;
}

/* Functions */

static void unwinds(void *body)
{
    say("body %d is left by an exception", (int)(intptr_t)body);
}

void *thread_body(void *body)
{
    intptr_t result = 0;
    gt_cleanup record;
    say("body %d begins", (int)(intptr_t)body);
    gt_cleanup_push(&record, unwinds, body);
    run_body((int)(intptr_t)body, &result, 0);
    gt_cleanup_pop(&record, false);
    say("body %d returns %d", (int)(intptr_t)body, (int)result);
    return (void *)result;
}

static void main_body(void *arg)
{
    intptr_t result = 0;
    (void)arg;
    run_body(0, &result, 0);
}

static void tell_states(void)
{
    for (int i = 0; i < SLOTS; i++)
        if (running.slots[i].thread)
            say("slot %d: t%llu is %s", i,
                (unsigned long long)gt_get_number(running.slots[i].thread),
                state_name(running.slots[i].thread));
}

/* Also after gt_shutdown. */
static const char *count_permits(char text[DESCRIPTION])
{
    int n = snprintf(text, DESCRIPTION, "permits");
    for (int i = 0; i < SEMAPHORES; i++)
        n += snprintf(text + n, DESCRIPTION - (size_t)n, " %d",
                      (int)gt_semaphore_permits(&running.semaphores[i]));
    return text;
}

void program_run(const program *program, trace_function *line, void *arg)
{
    gt_exception e;
    char text[DESCRIPTION];
    size_t before = gt_testing_live_allocations();
    running = (interpreter){.program = program, .line = line, .line_arg = arg, .steps = STEPS};
    gt_testing_virtual_clock();
    gt_testing_schedule_seed(program->schedule);
    gt_set_report(report, NULL);
    running.main = gt_self();
    for (int i = 0; i < SEMAPHORES; i++)
        gt_semaphore_init(&running.semaphores[i], (size_t)i);
    if (!gt_try(main_body, NULL, &e))
        say("main: %s", describe(&e, NULL, text));
    tell_states();
    say("%s", count_permits(text));
    say("shutdown");
    gt_shutdown();
    line(count_permits(text), arg);
    snprintf(text, sizeof text, "%zu allocations", gt_testing_live_allocations() - before);
    line(text, arg);
}
