/*
 * A program that is all there is. It ends as the C library ends it, which a board without an end
 * makes an endless loop.
 */
#include "compat/process.h"
#include <greenthread/board.h>
#include <stdlib.h>

void gti_process_abort(void)
{
    gt_board_abort();
}

void gti_process_exit(int status)
{
    exit(status);
}

int gti_process_at_exit(void (*fn)(void))
{
    static bool has_exit_call;
    if (!has_exit_call && atexit(fn) != 0)
        return -1;
    has_exit_call = true;
    return 0;
}

void gti_process_print(const char *line)
{
    gt_board_print(line);
}
