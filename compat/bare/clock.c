/*
 * The clock of the board.
 */
#include "compat/clock.h"
#include <greenthread/board.h>

int64_t gti_clock_now(void)
{
    return gt_board_now();
}

void gti_clock_sleep(int64_t duration_ns)
{
    gt_board_sleep(duration_ns);
}
