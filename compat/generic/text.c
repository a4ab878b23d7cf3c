/*
 * Text put together by hand: no locale, no lock, no allocation, little stack.
 */
#include "compat/text.h"

gti_text gti_text_in(char *data, size_t size)
{
    data[0] = '\0';
    return (gti_text){data, size, 0};
}

void gti_text_add(gti_text *text, const char *more)
{
    while (*more && text->length + 1 < text->size)
        text->data[text->length++] = *more++;
    text->data[text->length] = '\0';
}

static void add_digits(gti_text *text, uint64_t number, unsigned base)
{
    char digits[24], *digit = digits + sizeof digits;
    *--digit = '\0';
    do {
        *--digit = "0123456789abcdef"[number % base];
        number /= base;
    } while (number);
    gti_text_add(text, digit);
}

void gti_text_add_number(gti_text *text, uint64_t number)
{
    add_digits(text, number, 10);
}

void gti_text_add_hex(gti_text *text, uint64_t number)
{
    gti_text_add(text, "0x");
    add_digits(text, number, 16);
}

static void add_integer(gti_text *text, int number)
{
    if (number < 0)
        gti_text_add(text, "-");
    gti_text_add_number(text, number < 0 ? 0 - (uint64_t)number : (uint64_t)number);
}

void gti_text_add_pattern(gti_text *text, const char *pattern, va_list arguments)
{
    for (; *pattern; pattern++) {
        char plain[2] = {*pattern, '\0'};
        if (*pattern != '%')
            gti_text_add(text, plain);
        else if (*++pattern == 's')
            gti_text_add(text, va_arg(arguments, const char *));
        else
            add_integer(text, va_arg(arguments, int));
    }
}
