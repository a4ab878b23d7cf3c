/* The table that compilers without a built-in function use for the lowest bit of a word. */
#include "compat/inline.h"
#include <stdio.h>

int main(void)
{
    int wrong = 0;
    for (unsigned bit = 0; bit < 64; bit++)
        for (unsigned above = bit; above < 64; above++) {
            uint64_t word = UINT64_C(1) << bit | UINT64_C(1) << above;
            wrong += gti_lowest_bit_by_table(word) != bit || GTI_LOWEST_BIT(word) != bit;
        }
    printf("%d words with a wrong lowest bit\n", wrong);
    return wrong != 0;
}
