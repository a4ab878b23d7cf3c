/*
 * What the examples want of a board beside greenthread/board.h: a serial line. And what the files
 * here need to know of it: its clock, and addresses.
 */
#ifndef BOARD_H
#define BOARD_H

#include <greenthread/board.h>

/* Sends a byte. */
void board_send(char byte);

/* Returns a byte that has arrived, or -1: there is none. */
int board_receive(void);

#if defined BOARD_MPS2_AN385 || defined BOARD_MPS2_AN386
#define BOARD_HZ 25000000
#elif defined BOARD_LM3S6965EVB
#define BOARD_HZ 12500000
#elif defined BOARD_VIRT
#define BOARD_HZ 10000000
#endif

/* A register of a device. */
#define BOARD_REGISTER(address) (*(volatile uint32_t *)(uintptr_t)(address))

#endif
