/*
 * <threads.h> by way of pthreads, found by include path. It is for platforms that have
 * none, and for ThreadSanitizer, which intercepts pthreads only. It has just what the
 * library and its suite use. A program that uses anything else fails to compile, and not
 * at run time.
 */
#ifndef GTI_PTHREAD_THREADS_H
#define GTI_PTHREAD_THREADS_H

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#define thread_local _Thread_local
#define ONCE_FLAG_INIT PTHREAD_ONCE_INIT

typedef pthread_t thrd_t;
typedef pthread_mutex_t mtx_t;
typedef pthread_cond_t cnd_t;
typedef pthread_key_t tss_t;
typedef pthread_once_t once_flag;
typedef int (*thrd_start_t)(void *);
typedef void (*tss_dtor_t)(void *);

enum { thrd_success, thrd_busy, thrd_error, thrd_nomem, thrd_timedout };
enum { mtx_plain };

typedef struct gti_thread_start {
    thrd_start_t function;
    void *argument;
} gti_thread_start;

static inline void *gti_thread_run(void *memory)
{
    gti_thread_start start = *(gti_thread_start *)memory;
    free(memory);
    return (void *)(intptr_t)start.function(start.argument);
}

static inline int thrd_create(thrd_t *thread, thrd_start_t function, void *argument)
{
    gti_thread_start *start = malloc(sizeof *start);
    if (!start)
        return thrd_nomem;
    *start = (gti_thread_start){function, argument};
    if (pthread_create(thread, NULL, gti_thread_run, start) == 0)
        return thrd_success;
    free(start);
    return thrd_error;
}

static inline int thrd_join(thrd_t thread, int *result)
{
    void *value;
    if (pthread_join(thread, &value) != 0)
        return thrd_error;
    if (result)
        *result = (int)(intptr_t)value;
    return thrd_success;
}

static inline int mtx_init(mtx_t *mutex, int type)
{
    (void)type;
    return pthread_mutex_init(mutex, NULL) == 0 ? thrd_success : thrd_error;
}

static inline void mtx_destroy(mtx_t *mutex)
{
    pthread_mutex_destroy(mutex);
}

static inline int mtx_lock(mtx_t *mutex)
{
    return pthread_mutex_lock(mutex) == 0 ? thrd_success : thrd_error;
}

static inline int mtx_unlock(mtx_t *mutex)
{
    return pthread_mutex_unlock(mutex) == 0 ? thrd_success : thrd_error;
}

static inline int cnd_init(cnd_t *condition)
{
    return pthread_cond_init(condition, NULL) == 0 ? thrd_success : thrd_error;
}

static inline void cnd_destroy(cnd_t *condition)
{
    pthread_cond_destroy(condition);
}

static inline int cnd_signal(cnd_t *condition)
{
    return pthread_cond_signal(condition) == 0 ? thrd_success : thrd_error;
}

static inline int cnd_wait(cnd_t *condition, mtx_t *mutex)
{
    return pthread_cond_wait(condition, mutex) == 0 ? thrd_success : thrd_error;
}

/* No thread signals this condition: only the time ends the wait. */
static inline int thrd_sleep(const struct timespec *duration, struct timespec *remaining)
{
    struct timespec until;
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t never_signalled = PTHREAD_COND_INITIALIZER;
    (void)remaining;
    timespec_get(&until, TIME_UTC);
    until.tv_sec += duration->tv_sec;
    until.tv_nsec += duration->tv_nsec;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&mutex);
    pthread_cond_timedwait(&never_signalled, &mutex, &until);
    pthread_mutex_unlock(&mutex);
    return 0;
}

static inline int tss_create(tss_t *key, tss_dtor_t destructor)
{
    return pthread_key_create(key, destructor) == 0 ? thrd_success : thrd_error;
}

static inline void tss_delete(tss_t key)
{
    pthread_key_delete(key);
}

static inline int tss_set(tss_t key, void *value)
{
    return pthread_setspecific(key, value) == 0 ? thrd_success : thrd_error;
}

static inline void call_once(once_flag *flag, void (*function)(void))
{
    pthread_once(flag, function);
}

#endif
