/*
 * The stack of the process's first OS thread ends at the name of the program. It may grow
 * down from there as far as the limit says. The C libraries know the stacks of the other
 * OS threads. Asked for the first, one C library reads a file, and another tells how far
 * the stack has grown.
 */
#define _GNU_SOURCE /* pthread_getattr_np */
#include "compat/own_stack.h"
#include "compat/posix/stack_pages.h"
#include "compat/sanitizer.h"
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <unistd.h>

static gti_stack_memory between(uintptr_t low, uintptr_t top)
{
    uintptr_t guard = low > GTI_GUARD_SIZE ? low - GTI_GUARD_SIZE : 0;
    return (gti_stack_memory){(char *)low, top - low, (char *)guard, top - guard};
}

/* False: there is no limit, or `here` is on another OS thread's stack. */
static bool find_first(uintptr_t here, gti_stack_memory *memory)
{
    const char *program = (const char *)getauxval(AT_EXECFN);
    struct rlimit limit;
    if (!program || getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return false;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t end = (uintptr_t)program + strlen(program) + 1;
    uintptr_t top = (end + page - 1) / page * page;
    uintptr_t size = limit.rlim_cur / page * page - page; /* Valgrind keeps one for itself */
    if (size > top || here < top - size || here >= top)
        return false;
    *memory = between(top - size, top);
    return true;
}

static bool find_other(gti_stack_memory *memory)
{
    pthread_attr_t attributes;
    void *low;
    size_t size;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0)
        return false;
    bool told = pthread_attr_getstack(&attributes, &low, &size) == 0;
    pthread_attr_destroy(&attributes);
    if (told)
        *memory = between((uintptr_t)low, (uintptr_t)low + size);
    return told;
}

/* Unwatched, so that `here` is on the stack and not where a tool keeps frames. */
GTI_UNWATCHED bool gti_own_stack(gti_stack_memory *memory)
{
    char here;
    return find_first((uintptr_t)&here, memory) || find_other(memory);
}
