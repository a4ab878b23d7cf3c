/*
 * What AddressSanitizer and LeakSanitizer are told of stacks.
 *
 * Memory of a suspended thread may be referred to only by a pointer in a fake frame,
 * which detect_stack_use_after_return keeps apart from the stack. Where a green thread
 * calls exit, the only pointer may be on the OS thread's own stack. LeakSanitizer looks
 * at neither. So it is told of both just before it looks, when the process exits. Each
 * fake frame is found by the pointer to it that its function keeps on the real stack.
 * Rejected: to register whole regions of fake frames from the start. That would hide
 * leaks behind frames that are gone.
 */
#include "compat/sanitizer.h"
#include <pthread.h>
#include <sanitizer/lsan_interface.h>
#include <stdlib.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* guards the list */
static gti_fiber *all;

static void lock(void)
{
    pthread_mutex_lock(&mutex);
}

static void unlock(void)
{
    pthread_mutex_unlock(&mutex);
}

static void set_root(gti_fiber *fiber, bool root)
{
    if (root == fiber->is_root)
        return;
    fiber->is_root = root;
    if (root)
        __lsan_register_root_region(fiber->low, fiber->size);
    else
        __lsan_unregister_root_region(fiber->low, fiber->size);
}

/* Reads poisoned memory: all of a stack, red zones and dead frames, too. */
__attribute__((no_sanitize("address"))) static void root_fake_frames(const gti_fiber *fiber)
{
    void *const *words = fiber->low;
    for (size_t i = 0; fiber->fake && i < fiber->size / sizeof *words; i++) {
        void *begin, *end;
        if (words[i] && __asan_addr_is_in_fake_stack(fiber->fake, words[i], &begin, &end))
            __lsan_register_root_region(begin, (size_t)((char *)end - (char *)begin));
    }
}

static void root_what_is_suspended(void)
{
    lock();
    for (gti_fiber *fiber = all; fiber; fiber = fiber->next) {
        if (!fiber->is_suspended)
            continue;
        set_root(fiber, true);
        root_fake_frames(fiber);
    }
    unlock();
}

static void list_fiber(gti_fiber *fiber)
{
    static bool told;
    lock();
    if (!told)
        told = atexit(root_what_is_suspended) == 0 && pthread_atfork(lock, unlock, unlock) == 0;
    fiber->next = all;
    if (all)
        all->previous = fiber;
    all = fiber;
    unlock();
}

static void unlist_fiber(gti_fiber *fiber)
{
    lock();
    if (fiber->previous)
        fiber->previous->next = fiber->next;
    else
        all = fiber->next;
    if (fiber->next)
        fiber->next->previous = fiber->previous;
    unlock();
}

bool gti_fiber_new(gti_fiber *fiber, char *low, size_t size)
{
    *fiber = (gti_fiber){.low = low, .size = size};
    if (low)
        list_fiber(fiber);
    return true;
}

/* Frames that were never returned from have left their red zones behind. */
void gti_fiber_reset(gti_fiber *fiber)
{
    __asan_unpoison_memory_region(fiber->low, fiber->size);
    set_root(fiber, true);
}

void gti_fiber_bury(gti_fiber *fiber)
{
    fiber->is_left = false;
    set_root(fiber, false);
    __asan_poison_memory_region(fiber->low, fiber->size);
}

void gti_fiber_free(gti_fiber *fiber)
{
    if (!fiber->low)
        return;
    unlist_fiber(fiber);
    set_root(fiber, false);
    __asan_unpoison_memory_region(fiber->low, fiber->size);
}

void gti_fiber_adopt(gti_fiber *fiber)
{
    *fiber = (gti_fiber){.low = NULL};
    list_fiber(fiber);
}

void gti_fiber_disown(gti_fiber *fiber)
{
    unlist_fiber(fiber);
}

/* The frames that it came back from have left their red zones below. */
void gti_fiber_fall_back(gti_fiber *from, gti_fiber *own, const gti_stack_memory *memory)
{
    const char *here = __builtin_frame_address(0);
    if (here < memory->low || here >= memory->low + memory->size)
        return;
    if (from != own) {
        gti_fiber_leave(from, own);
        gti_fiber_enter(own);
    }
    __asan_unpoison_memory_region(memory->low, (size_t)(here - memory->low));
}
