/*
 * A board that is a process on a computer, to try a program without one. Its serial line is
 * standard input and output.
 */
#include "board.h"
#include <stdio.h>
#include <stdlib.h>
#include <threads.h>
#include <time.h>

enum { SECOND = 1000000000 };

int64_t gt_board_now(void)
{
    struct timespec time;
    timespec_get(&time, TIME_UTC);
    return (int64_t)time.tv_sec * SECOND + time.tv_nsec;
}

void gt_board_sleep(int64_t duration_ns)
{
    int64_t longest = SECOND - 1;
    thrd_sleep(&(struct timespec){0, (long)(duration_ns < longest ? duration_ns : longest)}, NULL);
}

void gt_board_print(const char *line)
{
    fprintf(stderr, "%s\n", line);
}

void gt_board_abort(void)
{
    abort();
}

void board_send(char byte)
{
    putchar(byte);
    fflush(stdout);
}

int board_receive(void)
{
    return getchar();
}
