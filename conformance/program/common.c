/*
 * What cases share.
 */
#include "run.h"
#include <stdio.h>

static bool are_needed;

void raise_without_threads(void)
{
    are_needed = true;
}

gt_thread *needed(gt_thread *thread)
{
    static const gt_exception none = {.kind = &GT_NO_MEMORY, .message = "it needs its thread"};
    if (!thread && are_needed)
        gt_raise(&none);
    return thread;
}

void trace_exception(const char *who, const gt_exception *e)
{
    char code[32] = "";
    if (e->code)
        snprintf(code, sizeof code, " code %d", e->code);
    trace("%s: %s%s%s%s", who, e->kind->name, code, e->message ? ": " : "",
          e->message ? e->message : "");
}

void *speaker(void *text)
{
    trace("%s", (const char *)text);
    return text;
}

void *sleeper(void *text)
{
    gt_exception e;
    GT_TRY
    {
        gt_sleep(GT_SECONDS(1000));
    }
    GT_CATCH_ALL(e)
    {
        trace_exception(text, &e);
        gt_raise(&e);
    }
    GT_END_TRY;
    return text;
}

void *yielder(void *text)
{
    trace("%s 1", (const char *)text);
    gt_yield();
    trace("%s 2", (const char *)text);
    gt_yield();
    trace("%s 3", (const char *)text);
    return text;
}

void *raiser(void *text)
{
    gt_exception e = {.kind = &GT_ERROR, .code = 7, .message = text};
    gt_raise(&e);
    return NULL;
}

void spin_until(int64_t moment_ns)
{
    while (gt_now() < moment_ns)
        continue;
}

void announce(gt_thread *thread, void *text)
{
    (void)thread;
    trace("link %s", (const char *)text);
}
