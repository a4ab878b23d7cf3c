/*
 * Planted: one thread frees what another still uses after it has waited.
 */
#include <greenthread.h>
#include <stdlib.h>
#include <string.h>

static void *free_too_early(void *text)
{
    free(text);
    return NULL;
}

static size_t measure_what_is_gone(const char *text)
{
    return strlen(text);
}

static void *use(void *text)
{
    gt_yield();
    return measure_what_is_gone(text) ? text : NULL;
}

int main(void)
{
    char *text = malloc(10);
    strcpy(text, "text");
    gt_thread *user = gt_spawn(use, text), *owner = gt_spawn(free_too_early, text);
    gt_wait(user);
    gt_unref(user);
    gt_unref(owner);
    gt_shutdown();
}
