/*
 * Semihosting: a debugger or an emulator prints the text, and ends the program.
 */
#include "board.h"

enum { WRITE0 = 0x04, EXIT_EXTENDED = 0x20, APPLICATION_EXIT = 0x20026, ABORTED = 134 };

#if defined __thumb__
static void call(uintptr_t operation, const void *parameter)
{
    register uintptr_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = parameter;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
}
#else
/* The two shifts around the break mark it as a call. The three must be in one page. */
static void call(uintptr_t operation, const void *parameter)
{
    register uintptr_t a0 __asm__("a0") = operation;
    register const void *a1 __asm__("a1") = parameter;
    __asm__ volatile(".option push\n\t"
                     ".option norvc\n\t"
                     ".balign 16\n\t"
                     "slli zero, zero, 0x1f\n\t"
                     "ebreak\n\t"
                     "srai zero, zero, 7\n\t"
                     ".option pop"
                     : "+r"(a0)
                     : "r"(a1)
                     : "memory");
}
#endif

void gt_board_print(const char *line)
{
    call(WRITE0, line);
    call(WRITE0, "\n");
}

void gt_board_abort(void)
{
    uintptr_t how[2] = {APPLICATION_EXIT, ABORTED};
    for (;;)
        call(EXIT_EXTENDED, how);
}
