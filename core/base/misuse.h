/*
 * What the library says itself, on standard error: about errors of the program, and
 * reports that have no function of the program's to go to.
 */
#ifndef GTI_MISUSE_H
#define GTI_MISUSE_H

/* One line, behind "greenthread: " unless it begins with a blank. */
void gti_print(const char *line);

/* A line about a call that does nothing. */
void gti_complain(const char *call, const char *what);

/* A programming error: names the call and aborts (ERR-1). */
_Noreturn void gti_misuse(const char *call, const char *what);

#endif
