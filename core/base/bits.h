/*
 * Sets of up to 64 things, as the bits of a word.
 */
#ifndef GTI_BITS_H
#define GTI_BITS_H

#include <stdint.h>

/*
 * The index of the lowest bit that is set; the word is not 0. The product has a different top digit
 * for each bit.
 */
static inline unsigned gti_lowest_bit(uint64_t word)
{
    static const unsigned char places[64] = {
        0,  1,  48, 2,  57, 49, 28, 3,  61, 58, 50, 42, 38, 29, 17, 4,  62, 55, 59, 36, 53, 51,
        43, 22, 45, 39, 33, 30, 24, 18, 12, 5,  63, 47, 56, 27, 60, 41, 37, 16, 54, 35, 52, 21,
        44, 32, 23, 11, 46, 26, 40, 15, 34, 20, 31, 10, 25, 14, 19, 9,  13, 8,  7,  6};
    return places[(word & (~word + 1)) * UINT64_C(0x03f79d71b4cb0a89) >> 58];
}

/* The bits from 0 to n - 1; n is from 1 to 64. */
static inline uint64_t gti_bits_below(unsigned n)
{
    return ~UINT64_C(0) >> (64 - n);
}

#endif
