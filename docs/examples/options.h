/*
 * Command lines of the form `--name value`, for the examples that have one.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/*
 * The value of the option `name`, if *argument points at that option; *argument then
 * moves to the value. NULL if it is something else, or if nothing follows.
 */
static inline const char *option_value(char ***argument, const char *name)
{
    if (strcmp(**argument, name) != 0 || (*argument)[1] == NULL)
        return NULL;
    return *++*argument;
}

/* Reads a whole number from `least` to `most`. False: it is not one. */
static inline bool option_number(const char *text, long least, long most, long *number)
{
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || value < least || value > most)
        return false;
    *number = value;
    return true;
}

#endif
