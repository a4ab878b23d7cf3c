/*
 * QEMU's board `virt` with RISC-V: the timer of the machine, and a 16550 as serial line.
 */
#include "board.h"

#define COMPARE_LOW BOARD_REGISTER(0x02004000)
#define COMPARE_HIGH BOARD_REGISTER(0x02004004)
#define TIME_LOW BOARD_REGISTER(0x0200bff8)
#define TIME_HIGH BOARD_REGISTER(0x0200bffc)
#define DATA (*(volatile uint8_t *)(uintptr_t)0x10000000)
#define STATE (*(volatile uint8_t *)(uintptr_t)0x10000005)

enum { HAS_BYTE = 1, CAN_SEND = 1 << 5, TIMER_INTERRUPT = 1 << 7, NS_PER_TICK = 1000000000 / BOARD_HZ };

static uint64_t ticks(void)
{
    uint32_t high, low;
    do {
        high = TIME_HIGH;
        low = TIME_LOW;
    } while (high != TIME_HIGH);
    return (uint64_t)high << 32 | low;
}

int64_t gt_board_now(void)
{
    return (int64_t)(ticks() * NS_PER_TICK);
}

/*
 * The timer's interrupt ends the wait. It is never taken, because nothing turns interrupts on, so
 * there is no handler. While the moment is written in two halves, it is far off.
 */
void gt_board_sleep(int64_t duration_ns)
{
    uint64_t end = ticks() + (uint64_t)(duration_ns / NS_PER_TICK) + 1;
    COMPARE_HIGH = UINT32_MAX;
    COMPARE_LOW = (uint32_t)end;
    COMPARE_HIGH = (uint32_t)(end >> 32);
    __asm__ volatile(".option push\n\t"
                     ".option arch, +zicsr\n\t"
                     "csrs mie, %0\n\t"
                     "wfi\n\t"
                     ".option pop"
                     :
                     : "r"(TIMER_INTERRUPT)
                     : "memory");
}

void board_send(char byte)
{
    while (!(STATE & CAN_SEND))
        continue;
    DATA = (uint8_t)byte;
}

int board_receive(void)
{
    return STATE & HAS_BYTE ? DATA : -1;
}
