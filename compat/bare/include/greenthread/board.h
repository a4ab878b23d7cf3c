/*
 * Board: what a program without an operating system gives to the library. It has four functions
 * for its board, and memory. The header is there with GREENTHREAD_COMPAT=bare only.
 */
#ifndef GREENTHREAD_BOARD_H
#define GREENTHREAD_BOARD_H

#include <greenthread/base.h>

GTI_BEGIN_C

/*
 * Gives the library memory. All that it allocates comes from what it was given: the hub, control
 * blocks, stacks, links. Until the first call it has none, and a call that needs the hub ends the
 * program with GT_NO_MEMORY. Several calls give several pieces. Never takes any back.
 *
 *   memory   is the library's from now on
 *   size     bytes
 *   returns  false: the piece is too small to be of use
 */
GTI_PUBLIC bool gt_use_memory(void *memory, size_t size);

/*
 * The program defines the functions below. None of them may block or raise. They may run on the
 * stack of any green thread.
 */

/*
 * Tells the time.
 *
 *   returns  nanoseconds since a fixed moment; the value never goes back
 */
int64_t gt_board_now(void);

/*
 * Waits, because nothing is ready. It should stop the processor until an interrupt comes, and have
 * one come when the time is over. It may return early: the library looks at the clock, and calls
 * again.
 *
 *   duration_ns  how long nothing is due; INT64_MAX: until something interrupts
 */
void gt_board_sleep(int64_t duration_ns);

/*
 * Prints a line for the programmer: a misuse, or a report that gt_set_report did not ask for.
 *
 *   line     without its newline; borrowed for the call
 */
void gt_board_print(const char *line);

/*
 * Ends the program after a misuse. The line about it has been printed.
 */
GTI_NORETURN void gt_board_abort(void);

GTI_END_C

#endif
