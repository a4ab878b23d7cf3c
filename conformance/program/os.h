/*
 * What cases need of the system beside the library. Where the system has no such thing,
 * the cases that use it are not applicable.
 */
#ifndef OS_H
#define OS_H

#include <stdbool.h>

/* Pipes, for cases with CASE_IO: in posix/pipes.c. */

/* As pipe(2): both ends are in blocking mode. */
int os_pipe(int ends[2]);

/* Writes a byte, from an OS thread without a hub. */
bool os_write_byte(int fd, char byte);

/* OS threads, for cases with CASE_OS_THREADS: in threads/os_threads.c. */

typedef struct os_thread os_thread;

bool have_os_threads(void);

/* As thrd_create and thrd_join. A case that gets no OS thread ends the process. */
os_thread *os_thread_start(int (*fn)(void *arg), void *arg);
void os_thread_join(os_thread *thread);

/* Calls a function in an OS thread, and joins that. */
void in_an_os_thread(int (*fn)(void *arg), void *arg);

/* Calls a function in an OS thread that then stays as it is, with its hub. */
void in_a_hub_that_stays(void (*fn)(void));

/* Sleeps for a millisecond of real time. */
void os_thread_rest(void);

#endif
