/*
 * The contract of compat: the process, its OS threads, text, and errno.
 */
#ifndef GTI_COMPAT_PROCESS_H
#define GTI_COMPAT_PROCESS_H

#include <stdarg.h>
#include <stddef.h>

_Noreturn void gti_process_abort(void);

/* Ends the process as exit(3) does. */
_Noreturn void gti_process_exit(int status);

/* Writes a line to standard error, adding the newline. */
void gti_process_print(const char *line);

/*
 * Has fn(arg) called when the calling OS thread ends, but not by a normal
 * exit of the process; NULL takes it back.
 *
 *   returns  0, or -1: no memory for it
 */
int gti_process_at_thread_exit(void (*fn)(void *arg), void *arg);

/*
 * Has fn() called in each child of fork, by the OS thread that forked, from now
 * on; the same fn every time, and one that may be called twice.
 *
 *   returns  0, or -1: no memory for it
 */
int gti_process_at_fork(void (*fn)(void));

/* As vsnprintf(3). */
int gti_format(char *buffer, size_t size, const char *format, va_list arguments);

/* errno values that core has to name; and errno itself. */
extern const int gti_errno_no_memory, gti_errno_invalid, gti_errno_bad_descriptor,
    gti_errno_not_permitted;
void gti_errno_set(int code);
int *gti_errno_place(void); /* of the calling OS thread, as long as that lives */
const char *gti_errno_text(int code);

#endif
