/*
 * The contract of compat: text, put together without the C library's formatted output. A
 * signal handler may not call that.
 */
#ifndef GTI_COMPAT_TEXT_H
#define GTI_COMPAT_TEXT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* Always ends in a zero byte. What does not fit is cut off. */
typedef struct gti_text {
    char *data; /* borrowed */
    size_t size, length;
} gti_text;

/* An empty text in data[size]; at least one byte. */
gti_text gti_text_in(char *data, size_t size);

/*
 * Each adds something to the end: text, a decimal number, or a number as 0x and
 * hexadecimal digits.
 */
void gti_text_add(gti_text *text, const char *more);
void gti_text_add_number(gti_text *text, uint64_t number);
void gti_text_add_hex(gti_text *text, uint64_t number);

/*
 * Adds a pattern, in which %s is a string and %d an int. There is no other conversion: the
 * formatted output of a small C library is large, and may not know the conversions for sizes.
 */
void gti_text_add_pattern(gti_text *text, const char *pattern, va_list arguments);

#endif
