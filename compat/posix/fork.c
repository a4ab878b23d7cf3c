/*
 * What is to be done in a child. Asking for the process id at each call, as
 * some libraries do, is a system call or a guess; here nothing is asked.
 */
#define _POSIX_C_SOURCE 200809L
#include "compat/process.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

/*
 * No lock: a child would inherit it as it is in that moment. Two OS threads may
 * both set it, which calls fn twice.
 */
static atomic_bool is_set;

int gti_process_at_fork(void (*fn)(void))
{
    if (!atomic_load(&is_set) && pthread_atfork(NULL, NULL, fn) != 0)
        return -1;
    atomic_store(&is_set, true);
    return 0;
}
