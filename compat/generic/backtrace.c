/*
 * ISO C does not say where a program is.
 */
#include "compat/backtrace.h"
#include "compat/text.h"
#include <stdint.h>

size_t gti_backtrace(void **addresses, size_t max)
{
    (void)addresses;
    (void)max;
    return 0;
}

size_t gti_backtrace_both_ends(void **addresses, size_t max)
{
    return gti_backtrace(addresses, max);
}

void gti_backtrace_describe(const void *address, char *data, size_t size)
{
    gti_text text = gti_text_in(data, size);
    gti_text_add_hex(&text, (uintptr_t)address);
}
