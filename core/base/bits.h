/*
 * Sets of up to 64 things, as the bits of a word.
 */
#ifndef GTI_BITS_H
#define GTI_BITS_H

#include "compat/inline.h"
#include <stdint.h>

/* The index of the lowest bit that is set; the word is not 0. */
static inline unsigned gti_lowest_bit(uint64_t word)
{
    return GTI_LOWEST_BIT(word);
}

/* The bits from 0 to n - 1; n is from 1 to 64. */
static inline uint64_t gti_bits_below(unsigned n)
{
    return ~UINT64_C(0) >> (64 - n);
}

#endif
