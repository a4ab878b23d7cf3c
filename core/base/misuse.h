/*
 * What the library prints on standard error itself: errors of the program, and reports when the
 * program has set no report function.
 */
#ifndef GTI_MISUSE_H
#define GTI_MISUSE_H

/* Prints one line, after "greenthread: " unless the line begins with a blank. */
void gti_print(const char *line);

/* Prints a line about a call that does nothing. */
void gti_complain(const char *call, const char *what);

/* Reports a programming error: prints the name of the call and aborts (ERR-1). */
_Noreturn void gti_misuse(const char *call, const char *what);

#endif
