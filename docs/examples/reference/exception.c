/*
 * What the reference shows on the pages of exception.h. A part between two marks
 * is the example of the names in its first mark; main runs all of them.
 */
#include <greenthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Example: gt_raise gt_kind gt_exception */
static const gt_kind BAD_INPUT = {"BAD_INPUT", &GT_ERROR};
static const gt_kind NO_NUMBER = {"NO_NUMBER", &BAD_INPUT};

static int parse_digit(const char *text)
{
    if (*text < '0' || *text > '9') {
        gt_exception e = {.kind = &NO_NUMBER, .message = "a digit was expected"};
        gt_raise(&e);
    }
    return *text - '0';
}
/* End */

/* Example: GT_TRY GT_CATCH GT_CATCH_ALL GT_END_TRY */
static void catch_by_kind(const char *text)
{
    gt_exception e;
    GT_TRY
    {
        printf("%d\n", parse_digit(text));
    }
    GT_CATCH(&BAD_INPUT, e) /* and what derives from it */
    {
        printf("%s: %s\n", e.kind->name, e.message);
    }
    GT_CATCH_ALL(e)
    {
        gt_raise(&e); /* outward; it keeps its origin */
    }
    GT_END_TRY;
}
/* End */

/* Example: GT_EXIT GT_ERROR */
static void complain(void (*fn)(void *), void *arg)
{
    gt_exception e;
    GT_TRY
    {
        fn(arg);
    }
    GT_CATCH(&GT_OS_ERROR, e)
    {
        printf("the system says %s\n", strerror(e.code));
    }
    GT_CATCH(&GT_ERROR, e) /* all other errors, and the program's own kinds */
    {
        printf("%s: %s\n", e.kind->name, e.message);
    }
    GT_END_TRY; /* GT_EXIT and GT_TIMEOUT go on outward */
}
/* End */

/* Example: gt_try gt_exception_is */
static void print_digit(void *arg)
{
    printf("%d\n", parse_digit(arg));
}

static void catch_without_macros(void)
{
    gt_exception e;
    if (!gt_try(print_digit, "x", &e))
        printf("%s is bad input: %s\n", e.kind->name,
               gt_exception_is(&e, &BAD_INPUT) ? "yes" : "no");
}
/* End */

/* Example: GT_DEFER */
static void defer(void)
{
    char *buffer = malloc(100);
    GT_DEFER(free, buffer); /* by a return, a raise or a kill */
    if (!buffer)
        return;
    snprintf(buffer, 100, "the buffer is freed");
    printf("%s\n", buffer);
}
/* End */

/* Example: gt_cleanup_push gt_cleanup_pop gt_cleanup */
static void close_door(void *arg)
{
    printf("the %s is closed\n", (const char *)arg);
}

static void clean_up_by_hand(void)
{
    gt_cleanup door, window;
    gt_cleanup_push(&door, close_door, "door");
    gt_cleanup_push(&window, close_door, "window");
    gt_yield();                     /* a kill here would close both */
    gt_cleanup_pop(&window, false); /* stays open */
    gt_cleanup_pop(&door, true);    /* is closed now */
}
/* End */

/* Example: gt_shield_begin gt_shield_end */
static void *save(void *arg)
{
    bool *saved = arg;
    gt_shield_begin();
    gt_sleep(GT_MS(2)); /* a kill does not end it */
    *saved = true;
    gt_shield_end(); /* a kill that was held back is raised here */
    gt_sleep(GT_FOREVER);
    return NULL;
}

static void kill_behind_a_shield(void)
{
    bool saved = false;
    gt_thread *thread = gt_spawn(save, &saved);
    if (!thread)
        return;
    gt_yield();
    gt_kill_wait(thread, NULL);
    printf("saved before it died: %s\n", saved ? "yes" : "no");
    gt_unref(thread);
}
/* End */

int main(void)
{
    catch_by_kind("7");
    catch_by_kind("seven");
    complain(print_digit, "y");
    catch_without_macros();
    defer();
    clean_up_by_hand();
    kill_behind_a_shield();
    gt_shutdown();
}
