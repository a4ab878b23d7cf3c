/*
 * The end of an OS thread, by the destructor of a key.
 */
#include "compat/inline.h"
#include "compat/process.h"
#include <stdatomic.h>
#include <stdbool.h>
#include <threads.h>

/* What is called at the end of an OS thread. The key's value points to it. */
typedef struct exit_call {
    void (*fn)(void *arg);
    void *arg;
} exit_call;

static _Thread_local exit_call at_exit;
static tss_t key;
static once_flag once = ONCE_FLAG_INIT;
static atomic_bool have_key, is_unloaded;

static void run(void *value)
{
    exit_call call = *(exit_call *)value;
    if (call.fn)
        call.fn(call.arg);
}

static void make_key(void)
{
    have_key = tss_create(&key, run) == thrd_success;
}

/* There are not many keys, and this one would call code that is not there any more. */
GTI_AT_UNLOAD static void delete_key(void)
{
    atomic_store(&is_unloaded, true);
    if (have_key)
        tss_delete(key);
}

/* An OS thread that goes on while the process ends is not told of its end. */
int gti_process_at_thread_exit(void (*fn)(void *arg), void *arg)
{
    if (atomic_load(&is_unloaded))
        return 0;
    call_once(&once, make_key);
    at_exit = (exit_call){fn, arg};
    return have_key && tss_set(key, fn ? &at_exit : NULL) == thrd_success ? 0 : -1;
}
