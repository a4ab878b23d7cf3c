/*
 * The contract of compat: the process, its OS threads, and errno.
 */
#ifndef GTI_COMPAT_PROCESS_H
#define GTI_COMPAT_PROCESS_H

_Noreturn void gti_process_abort(void);

/* Ends the process as exit(3) does. */
_Noreturn void gti_process_exit(int status);

/* Writes a line to standard error, and adds the newline. */
void gti_process_print(const char *line);

/*
 * Calls fn(arg) when the calling OS thread ends, but not at a normal exit of the process.
 * NULL takes it back.
 *
 *   returns  0, or -1: no memory for it
 */
int gti_process_at_thread_exit(void (*fn)(void *arg), void *arg);

/*
 * Calls fn() when the process ends by a normal exit, on the OS thread that calls exit.
 * Pass the same fn every time.
 *
 *   returns  0, or -1: no memory for it
 */
int gti_process_at_exit(void (*fn)(void));

/* Called around each fork, on the OS thread that forks; also if the fork fails. */
typedef struct gti_fork_handlers {
    void (*before)(void), (*in_parent)(void), (*in_child)(void);
} gti_fork_handlers;

/*
 * Installs them from now on. Pass the same handlers every time. They must bear being
 * called twice.
 *
 *   returns  0, or -1: no memory for it
 */
int gti_process_at_fork(const gti_fork_handlers *handlers);

/* A number that differs between a process and its child by fork. */
unsigned long gti_process_id(void);

/* The errno values that core has to name, and errno itself. */
extern const int gti_errno_no_memory, gti_errno_invalid, gti_errno_bad_descriptor,
    gti_errno_not_permitted;
void gti_errno_set(int code);
int *gti_errno_place(void); /* of the calling OS thread, as long as that lives */
const char *gti_errno_text(int code); /* never NULL */

#endif
