/*
 * What is to be done in a child. Asking for the process id at each call, as
 * some libraries do, is a system call or a guess; here nothing is asked.
 */
#define _POSIX_C_SOURCE 200809L
#include "compat/process.h"
#include <pthread.h>
#include <stdbool.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* guards is_set */
static bool is_set;

int gti_process_at_fork(void (*fn)(void))
{
    pthread_mutex_lock(&mutex);
    is_set = is_set || pthread_atfork(NULL, NULL, fn) == 0;
    bool done = is_set;
    pthread_mutex_unlock(&mutex);
    return done ? 0 : -1;
}
