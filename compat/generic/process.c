/*
 * The process, as far as ISO C knows it.
 */
#include "compat/process.h"
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

void gti_process_abort(void)
{
    abort();
}

void gti_process_exit(int status)
{
    exit(status);
}

static atomic_bool has_exit_call;

/* Two OS threads may both set it, which calls fn twice. */
int gti_process_at_exit(void (*fn)(void))
{
    if (!atomic_load(&has_exit_call) && atexit(fn) != 0)
        return -1;
    atomic_store(&has_exit_call, true);
    return 0;
}

void gti_process_print(const char *line)
{
    fprintf(stderr, "%s\n", line);
}
