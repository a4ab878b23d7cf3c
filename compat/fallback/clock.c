/*
 * As generic/clock.c, for processors that compare and exchange no 64 bits at once.
 */
#include "compat/clock.h"
#include "compat/generic/wall_clock.h"
#include <threads.h>

static int64_t latest;
static mtx_t mutex;
static once_flag once = ONCE_FLAG_INIT;

static void make_mutex(void)
{
    mtx_init(&mutex, mtx_plain);
}

int64_t gti_clock_now(void)
{
    int64_t now = gti_wall_clock();
    call_once(&once, make_mutex);
    mtx_lock(&mutex);
    if (latest < now)
        latest = now;
    now = latest;
    mtx_unlock(&mutex);
    return now;
}
