/*
 * In a process that runs with a shadow stack the library makes no hub. It says why, and
 * aborts. Few machines can run one, so this program answers the question itself.
 */
#include "core/backend.h"

static bool yes(void)
{
    return true;
}

#define gti_shadow_stack_runs yes
#include "backends/inline/inline.c"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static void aborted(int signum)
{
    (void)signum;
    _Exit(0);
}

int main(void)
{
    gti_carrier carrier = {0};
    gti_context context = {0};
    signal(SIGABRT, aborted);
    gti_carrier_adopt(&carrier, &context);
    puts("it was not refused");
    return 1;
}
