/*
 * The serial line of the Stellaris LM3S6965 board, UART 0, and the processor's clock.
 */
#include "board.h"

#define RUN_MODE_CLOCK BOARD_REGISTER(0x400fe060)
#define CLOCK_GATES_1 BOARD_REGISTER(0x400fe104)
#define DATA BOARD_REGISTER(0x4000c000)
#define FLAGS BOARD_REGISTER(0x4000c018)
#define CONTROL BOARD_REGISTER(0x4000c030)

enum {
    DIVIDE_BY_16 = 0x07c00000, /* 200 MHz by 16 are 12.5 */
    USE_DIVIDER = 1 << 22,
    UART_0 = 1,
    IS_EMPTY = 1 << 4,
    IS_FULL = 1 << 5,
    SENDS_AND_RECEIVES = 0x301
};

__attribute__((constructor)) static void start(void)
{
    RUN_MODE_CLOCK = DIVIDE_BY_16 | USE_DIVIDER;
    CLOCK_GATES_1 |= UART_0;
    CONTROL = SENDS_AND_RECEIVES;
}

void board_send(char byte)
{
    while (FLAGS & IS_FULL)
        continue;
    DATA = (unsigned char)byte;
}

int board_receive(void)
{
    return FLAGS & IS_EMPTY ? -1 : (int)(DATA & 0xff);
}
