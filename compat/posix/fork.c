/*
 * What to do around a fork. Some libraries ask for the process id at each call, which is
 * a system call or a guess. Core asks for it only while handlers of fork run.
 */
#define _POSIX_C_SOURCE 200809L
#include "compat/process.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <unistd.h>

/*
 * It takes no lock, because a child would inherit the lock as it is in that moment. If
 * two OS threads both set it, the handlers are called twice.
 */
static atomic_bool is_set;

int gti_process_at_fork(const gti_fork_handlers *handlers)
{
    if (!atomic_load(&is_set) &&
        pthread_atfork(handlers->before, handlers->in_parent, handlers->in_child) != 0)
        return -1;
    atomic_store(&is_set, true);
    return 0;
}

unsigned long gti_process_id(void)
{
    return (unsigned long)getpid();
}
