/*
 * For files that leave room below a stack for a canary.
 */
#ifndef GTI_GENERIC_CANARY_H
#define GTI_GENERIC_CANARY_H

#include "compat/memory.h"

#define GTI_CANARY_SIZE ((size_t)64)

#endif
