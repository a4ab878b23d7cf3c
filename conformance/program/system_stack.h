/*
 * The stack that the system gave to an OS thread.
 */
#ifndef SYSTEM_STACK_H
#define SYSTEM_STACK_H

#include <stddef.h>

/* Bytes of the caller's stack below `here`, an address on it. 0: the system does not tell. */
size_t room_on_system_stack(const char *here);

#endif
