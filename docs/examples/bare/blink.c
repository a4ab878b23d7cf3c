/*
 * Three lamps that blink, each in a thread of its own, an echo on the serial line, and a kill. The
 * board has no lamps, so it prints them.
 */
#include "boards/board.h"
#include <greenthread.h>
#include <stdio.h>

typedef struct lamp {
    const char *color;
    int64_t pause_ns;
} lamp;

static int64_t start;

static void show(const char *what, const char *state)
{
    char line[40];
    int centiseconds = (int)((gt_now() - start) / GT_MS(10));
    snprintf(line, sizeof line, "%d.%02d s: %s %s", centiseconds / 100, centiseconds % 100, what,
             state);
    gt_board_print(line);
}

/* A cleanup: a lamp that is killed does not stay on. */
static void turn_off(void *arg)
{
    show(((lamp *)arg)->color, "off for good");
}

static void *blink(void *arg)
{
    const lamp *lamp = arg;
    gt_cleanup off;
    gt_cleanup_push(&off, turn_off, arg);
    for (int on = 1;; on = !on) {
        show(lamp->color, on ? "on" : "off");
        gt_sleep(lamp->pause_ns);
    }
    return NULL;
}

/* Sends back what comes, until a dot comes. */
static void *echo(void *arg)
{
    for (int byte = 0; byte != '.'; byte = board_receive()) {
        if (byte > 0)
            board_send((char)byte);
        else
            gt_sleep(GT_MS(1));
    }
    board_send('\n');
    return arg;
}

int main(void)
{
    static lamp lamps[] = {
        {"red", GT_MS(200)}, {"yellow", GT_MS(350)}, {"green", GT_MS(500)}};
    start = gt_now();
    gt_wait(gt_spawn(echo, NULL));
    start = gt_now();
    gt_thread *threads[3];
    for (int i = 0; i < 3; i++)
        threads[i] = gt_spawn(blink, &lamps[i]);
    gt_sleep(GT_MS(900));
    gt_kill(threads[0], NULL);
    gt_sleep(GT_MS(300));
    gt_shutdown();
    gt_board_print("done");
    return 0;
}
