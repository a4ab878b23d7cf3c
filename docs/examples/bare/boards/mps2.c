/*
 * The serial line of Arm's MPS2 boards: UART 0 of CMSDK.
 */
#include "board.h"

#define DATA BOARD_REGISTER(0x40004000)
#define STATE BOARD_REGISTER(0x40004004)
#define CONTROL BOARD_REGISTER(0x40004008)
#define DIVIDER BOARD_REGISTER(0x40004010)

enum { IS_FULL = 1, HAS_BYTE = 2, SENDS_AND_RECEIVES = 3, BAUD = 115200 };

__attribute__((constructor)) static void start(void)
{
    DIVIDER = BOARD_HZ / BAUD;
    CONTROL = SENDS_AND_RECEIVES;
}

void board_send(char byte)
{
    while (STATE & IS_FULL)
        continue;
    DATA = (unsigned char)byte;
}

int board_receive(void)
{
    return STATE & HAS_BYTE ? (int)(DATA & 0xff) : -1;
}
