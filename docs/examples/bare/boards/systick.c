/*
 * The clock of a Cortex-M: SysTick, a counter of 24 bits that counts down with the processor's
 * clock and interrupts when it reaches 0.
 *
 * It interrupts each time it wraps, and earlier only if the program sleeps and something is due. So
 * an idle board sleeps as long as it can. To make a period shorter, the counter is set again, which
 * loses a cycle or two.
 */
#include "board.h"

#define CONTROL BOARD_REGISTER(0xe000e010)
#define RELOAD BOARD_REGISTER(0xe000e014)
#define VALUE BOARD_REGISTER(0xe000e018)
#define INTERRUPT_STATE BOARD_REGISTER(0xe000ed04)

enum {
    ENABLED_WITH_INTERRUPT = 7,
    IS_PENDING = 1 << 26,
    LONGEST = 1 << 24, /* cycles in a period */
    SHORTEST = 100
};

static uint64_t elapsed; /* cycles before the period that runs */
static uint32_t period;  /* its cycles; 0: the clock does not run yet */

void arm_systick_isr(void);
void arm_systick_isr(void)
{
    elapsed += period;
    period = LONGEST;
}

static uint32_t hold_interrupts(void)
{
    uint32_t former;
    __asm__ volatile("mrs %0, primask\n\tcpsid i" : "=r"(former) : : "memory");
    return former;
}

static void release_interrupts(uint32_t former)
{
    __asm__ volatile("msr primask, %0" : : "r"(former) : "memory");
}

/* The counter is 0 in the first cycle of a period. From then on it counts down from RELOAD. */
static uint32_t in_period(void)
{
    uint32_t value = VALUE;
    return value ? period - value : 0;
}

/* Interrupts are held. */
static uint64_t cycles(void)
{
    uint64_t now = elapsed + in_period();
    if (INTERRUPT_STATE & IS_PENDING) /* it has wrapped, maybe just now: read it again */
        now = elapsed + period + (VALUE ? LONGEST - VALUE : 0);
    return now;
}

/* After this period come long ones. Interrupts are held. */
static void begin_period(uint32_t length)
{
    period = length;
    RELOAD = length - 1;
    VALUE = 0;
    while (!VALUE)
        continue;
    RELOAD = LONGEST - 1;
}

static void start(void)
{
    period = LONGEST;
    RELOAD = LONGEST - 1;
    VALUE = 0;
    CONTROL = ENABLED_WITH_INTERRUPT;
}

int64_t gt_board_now(void)
{
    uint32_t former = hold_interrupts();
    if (!period)
        start();
    uint64_t now = cycles();
    release_interrupts(former);
    return (int64_t)(now * (1000000000 / BOARD_HZ));
}

/* An interrupt that is held ends the sleep, too. It is taken when it is released. */
void gt_board_sleep(int64_t duration_ns)
{
    uint32_t former = hold_interrupts();
    int64_t length = duration_ns / (1000000000 / BOARD_HZ) + 1;
    uint64_t now = cycles();
    if (length < SHORTEST)
        length = SHORTEST;
    if (!(INTERRUPT_STATE & IS_PENDING)) {
        if (length < (int64_t)(period - in_period())) {
            elapsed = now;
            begin_period((uint32_t)length);
        }
        __asm__ volatile("dsb\n\twfi" : : : "memory");
    }
    release_interrupts(former);
}
