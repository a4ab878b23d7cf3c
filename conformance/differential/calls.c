/*
 * The calls of greenthread as statements. All threads see the slots, and a slot holds a
 * handle. It owns the references that it counts.
 */
#include "interpreter.h"

int depth_of_link;

static int number_of(const gt_thread *thread)
{
    return (int)gt_get_number(thread);
}

/* NULL: an empty slot. */
static gt_thread *target_of(int target)
{
    if (target == TARGET_SELF)
        return gt_self();
    return target == TARGET_MAIN ? running.main : running.slots[target].thread;
}

static bool can_be_waited_for(const gt_thread *thread)
{
    return thread && thread != running.main && !running.is_spawn_n[number_of(thread)];
}

static flow left_out(const statement *s)
{
    say("%s -", operation_forms[s->operation].name);
    return GOES_ON;
}

static flow done(const statement *s, int number)
{
    say("%s t%d", operation_forms[s->operation].name, number);
    return GOES_ON;
}

flow do_yield(const statement *s, const scope *in)
{
    (void)s, (void)in;
    gt_yield();
    say("yield");
    return GOES_ON;
}

flow do_sleep(const statement *s, const scope *in)
{
    (void)in;
    gt_sleep(s->duration_ns);
    say("sleep");
    return GOES_ON;
}

/* Spawning */

static void *as_argument(int body)
{
    return (void *)(intptr_t)body;
}

static void empty(slot *slot)
{
    gt_thread *thread = slot->thread;
    slot->thread = NULL;
    for (; slot->references; slot->references--)
        gt_unref(thread);
}

static flow keep(const statement *s, gt_thread *thread)
{
    running.spawned++;
    empty(&running.slots[s->slot]);
    running.slots[s->slot] = (slot){thread, 1};
    return done(s, number_of(thread));
}

flow do_spawn(const statement *s, const scope *in)
{
    (void)in;
    if (running.spawned == THREADS)
        return left_out(s);
    return keep(s, gt_spawn(thread_body, as_argument(s->body)));
}

flow do_spawn_n(const statement *s, const scope *in)
{
    (void)in;
    if (running.spawned == THREADS)
        return left_out(s);
    gt_thread *thread = gt_ref(gt_spawn_n(thread_body, as_argument(s->body)));
    running.is_spawn_n[number_of(thread)] = true;
    return keep(s, thread);
}

flow do_spawn_after(const statement *s, const scope *in)
{
    (void)in;
    if (running.spawned == THREADS)
        return left_out(s);
    return keep(s, gt_spawn_after(s->duration_ns, thread_body, as_argument(s->body)));
}

/* Waiting */

flow do_wait(const statement *s, const scope *in)
{
    gt_thread *thread = target_of(s->slot);
    (void)in;
    if (!can_be_waited_for(thread))
        return left_out(s);
    int number = number_of(thread);
    int result = (int)(intptr_t)gt_wait(thread);
    say("wait t%d: %d", number, result);
    return GOES_ON;
}

flow do_join(const statement *s, const scope *in)
{
    gt_thread *thread = target_of(s->slot);
    gt_exception e;
    void *result;
    char text[DESCRIPTION];
    if (!can_be_waited_for(thread))
        return left_out(s);
    int number = number_of(thread);
    if (gt_join(thread, &result, &e))
        say("join t%d: %d", number, (int)(intptr_t)result);
    else
        say("join t%d: %s", number, describe(&e, in, text));
    return GOES_ON;
}

flow do_run(const statement *s, const scope *in)
{
    (void)in;
    if (gt_self() != running.main)
        return left_out(s);
    gt_run();
    say("run");
    return GOES_ON;
}

/* Semaphores */

static flow told(const statement *s, int what)
{
    say("%s %d: %d", operation_forms[s->operation].name, s->slot, what);
    return GOES_ON;
}

static gt_semaphore *semaphore_of(const statement *s)
{
    return &running.semaphores[s->slot];
}

flow do_acquire(const statement *s, const scope *in)
{
    (void)in;
    gt_semaphore_acquire(semaphore_of(s));
    return told(s, 1);
}

flow do_acquire_for(const statement *s, const scope *in)
{
    (void)in;
    return told(s, gt_semaphore_acquire_for(semaphore_of(s), s->duration_ns));
}

flow do_try_acquire(const statement *s, const scope *in)
{
    (void)in;
    return told(s, gt_semaphore_try_acquire(semaphore_of(s)));
}

flow do_release(const statement *s, const scope *in)
{
    (void)in;
    gt_semaphore_release(semaphore_of(s));
    return told(s, (int)gt_semaphore_permits(semaphore_of(s)));
}

flow do_permits(const statement *s, const scope *in)
{
    (void)in;
    return told(s, (int)gt_semaphore_permits(semaphore_of(s)));
}

/* Killing */

typedef void kill_function(gt_thread *thread, const gt_exception *exception);

static flow kill_with(kill_function *kill, const statement *s, gt_thread *thread)
{
    gt_exception e;
    if (!thread)
        return left_out(s);
    int number = number_of(thread);
    kill(thread, given_exception(s, &e));
    return done(s, number);
}

flow do_kill(const statement *s, const scope *in)
{
    (void)in;
    return kill_with(gt_kill, s, target_of(s->slot));
}

flow do_kill_wait(const statement *s, const scope *in)
{
    gt_thread *thread = target_of(s->slot);
    (void)in;
    return kill_with(gt_kill_wait, s, thread == running.main ? NULL : thread);
}

flow do_cancel(const statement *s, const scope *in)
{
    (void)in;
    return kill_with(gt_cancel, s, target_of(s->slot));
}

flow do_kill_all(const statement *s, const scope *in)
{
    gt_thread *threads[TARGETS];
    size_t n = 0;
    gt_exception e;
    (void)in;
    for (int i = 0; i < s->n_targets; i++)
        if ((threads[n] = target_of(s->targets[i])))
            n++;
    gt_kill_all(threads, n, given_exception(s, &e));
    say("kill_all");
    return GOES_ON;
}

/* Links */

void link_body(gt_thread *thread, void *body)
{
    int number = number_of(thread), depth = depth_of_link;
    intptr_t result = 0;
    depth_of_link = 0;
    say("link %d of t%d begins", (int)(intptr_t)body, number);
    run_body((int)(intptr_t)body, &result, depth);
    say("link %d of t%d ends", (int)(intptr_t)body, number);
}

flow do_link(const statement *s, const scope *in)
{
    gt_thread *thread = target_of(s->slot);
    if (!can_be_waited_for(thread))
        return left_out(s);
    int number = number_of(thread);
    bool at_once = gt_get_state(thread) == GT_DEAD;
    depth_of_link = at_once ? in->depth + 1 : 0;
    gt_link(thread, link_body, as_argument(s->body));
    return done(s, number);
}

flow do_unlink(const statement *s, const scope *in)
{
    gt_thread *thread = target_of(s->slot);
    (void)in;
    if (!thread)
        return left_out(s);
    bool there_was = gt_unlink(thread, link_body, as_argument(s->body));
    say("unlink t%d: %s", number_of(thread), there_was ? "true" : "false");
    return GOES_ON;
}

/* Handles */

flow do_ref(const statement *s, const scope *in)
{
    slot *slot = &running.slots[s->slot];
    (void)in;
    if (!slot->thread)
        return left_out(s);
    gt_ref(slot->thread);
    slot->references++;
    return done(s, number_of(slot->thread));
}

flow do_unref(const statement *s, const scope *in)
{
    slot *slot = &running.slots[s->slot];
    gt_thread *thread = slot->thread;
    (void)in;
    if (!thread)
        return left_out(s);
    int number = number_of(thread);
    if (--slot->references == 0)
        slot->thread = NULL;
    gt_unref(thread);
    return done(s, number);
}

const char *state_name(const gt_thread *thread)
{
    static const char *const names[] = {"new", "ready", "running", "blocked", "finished", "dead"};
    return names[gt_get_state(thread)];
}

flow do_state(const statement *s, const scope *in)
{
    gt_thread *thread = target_of(s->slot);
    (void)in;
    if (!thread)
        return left_out(s);
    say("state t%d: %s", number_of(thread), state_name(thread));
    return GOES_ON;
}

flow do_hub_exceptions(const statement *s, const scope *in)
{
    (void)in;
    say("hub_exceptions: were %d", gt_set_hub_exceptions(s->number != 0));
    return GOES_ON;
}

/* Stops the timeout that is `number` blocks out from the innermost. */
flow do_stop(const statement *s, const scope *in)
{
    int n = s->number;
    for (; in; in = in->outer) {
        if (!in->timeout || n--)
            continue;
        gt_timeout_stop(in->timeout);
        say("stop");
        return GOES_ON;
    }
    return left_out(s);
}
