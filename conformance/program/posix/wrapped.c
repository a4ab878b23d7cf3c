/*
 * Counts the calls that map memory and make OS threads, and refuses them where a case
 * wants that. The linker makes everything that is linked here call these functions
 * instead (--wrap). It does not change the C library's own calls.
 */
#define _DEFAULT_SOURCE /* madvise */
#define _XOPEN_SOURCE 700
#include "belongings.h"
#include "refusal.h"
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>

/* The name of the call where file offsets are wider than a word. */
#if defined __USE_FILE_OFFSET64 && !defined __LP64__
#define __real_mmap __real_mmap64
#define __wrap_mmap __wrap_mmap64
#endif

static atomic_long bytes;
static atomic_int refused;
atomic_long wrapped_threads;

bool can_refuse(void)
{
    return true;
}

void refuse(int what)
{
    atomic_store(&refused, what);
}

bool is_refused(int what, int code)
{
    if (!(atomic_load(&refused) & what))
        return false;
    errno = code;
    return true;
}

long mapped_bytes(void)
{
    return atomic_load(&bytes);
}

long unjoined_threads(void)
{
    return atomic_load(&wrapped_threads);
}

void *__real_mmap(void *address, size_t size, int protection, int flags, int fd, off_t offset);
void *__real_aligned_alloc(size_t alignment, size_t size);
int __real_madvise(void *address, size_t size, int advice);
int __real_mprotect(void *address, size_t size, int protection);
int __real_munmap(void *address, size_t size);
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*function)(void *), void *argument);
int __real_pthread_join(pthread_t thread, void **result);
int __real_pthread_detach(pthread_t thread);

void *__wrap_mmap(void *address, size_t size, int protection, int flags, int fd, off_t offset);
void *__wrap_mmap(void *address, size_t size, int protection, int flags, int fd, off_t offset)
{
    if (is_refused(REFUSE_STACKS, ENOMEM))
        return MAP_FAILED;
    void *memory = __real_mmap(address, size, protection, flags, fd, offset);
    if (memory != MAP_FAILED)
        atomic_fetch_add(&bytes, (long)size);
    return memory;
}

void *__wrap_aligned_alloc(size_t alignment, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return is_refused(REFUSE_STACKS, ENOMEM) ? NULL : __real_aligned_alloc(alignment, size);
}

int __wrap_munmap(void *address, size_t size);
int __wrap_munmap(void *address, size_t size)
{
    int result = __real_munmap(address, size);
    if (result == 0)
        atomic_fetch_sub(&bytes, (long)size);
    return result;
}

/* MADV_GUARD_INSTALL, which older headers lack. */
enum { GUARD_INSTALL = 102 };

int __wrap_madvise(void *address, size_t size, int advice);
int __wrap_madvise(void *address, size_t size, int advice)
{
    if (advice == GUARD_INSTALL && is_refused(REFUSE_GUARDS, EINVAL))
        return -1;
    return __real_madvise(address, size, advice);
}

int __wrap_mprotect(void *address, size_t size, int protection);
int __wrap_mprotect(void *address, size_t size, int protection)
{
    if (protection == PROT_NONE && is_refused(REFUSE_GUARDS, ENOMEM))
        return -1;
    return __real_mprotect(address, size, protection);
}

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*function)(void *), void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*function)(void *), void *argument)
{
    if (is_refused(REFUSE_STACKS, EAGAIN))
        return EAGAIN;
    int result = __real_pthread_create(thread, attributes, function, argument);
    atomic_fetch_add(&wrapped_threads, result == 0);
    return result;
}

int __wrap_pthread_join(pthread_t thread, void **result);
int __wrap_pthread_join(pthread_t thread, void **result)
{
    int code = __real_pthread_join(thread, result);
    atomic_fetch_sub(&wrapped_threads, code == 0);
    return code;
}

int __wrap_pthread_detach(pthread_t thread);
int __wrap_pthread_detach(pthread_t thread)
{
    int code = __real_pthread_detach(thread);
    atomic_fetch_sub(&wrapped_threads, code == 0);
    return code;
}
