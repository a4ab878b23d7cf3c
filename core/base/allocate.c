/*
 * Everything that can be exhausted passes this gate, so a test can make the n-th request fail
 * without knowing which one it is. Hubs of several OS threads share the counters, so they are
 * atomic. A test with one hub sees exact numbers.
 */
#include "core/base/allocate.h"
#include "compat/memory.h"
#include <greenthread/testing.h>

atomic_size_t gti_allocation_countdown;
static atomic_bool failed; /* the last countdown reached its end */
static atomic_size_t live;

bool gti_allocation_counts_down(void)
{
    if (atomic_fetch_sub_explicit(&gti_allocation_countdown, 1, memory_order_relaxed) != 1)
        return false;
    atomic_store_explicit(&failed, true, memory_order_relaxed);
    return true;
}

void gti_allocation_taken(void)
{
    atomic_fetch_add_explicit(&live, 1, memory_order_relaxed);
}

void gti_allocation_given_back(void)
{
    atomic_fetch_sub_explicit(&live, 1, memory_order_relaxed);
}

void *gti_allocate(size_t size)
{
    void *memory = gti_allocation_fails() ? NULL : gti_memory_new(size);
    if (memory)
        gti_allocation_taken();
    return memory;
}

void gti_free(void *memory)
{
    if (!memory)
        return;
    gti_allocation_given_back();
    gti_memory_free(memory);
}

void gt_testing_fail_allocation(size_t nth)
{
    atomic_store_explicit(&failed, false, memory_order_relaxed);
    atomic_store_explicit(&gti_allocation_countdown, nth, memory_order_relaxed);
}

bool gt_testing_allocation_failed(void)
{
    return atomic_load_explicit(&failed, memory_order_relaxed);
}

size_t gt_testing_live_allocations(void)
{
    return atomic_load_explicit(&live, memory_order_relaxed);
}
