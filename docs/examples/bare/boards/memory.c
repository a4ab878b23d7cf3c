/*
 * Gives the library its memory before main begins.
 */
#include "board.h"

static _Alignas(16) char memory[BOARD_MEMORY];

__attribute__((constructor)) static void give_memory(void)
{
    gt_use_memory(memory, sizeof memory);
}
