/*
 * A hash table, linked through its members, with about as many lists as members. A mark in the
 * timeout itself was rejected: to test it would read memory that the user never wrote.
 */
#include "core/base/started.h"
#include "core/base/allocate.h"
#include <string.h>

void gti_started_init(gti_started *started)
{
    memset(started->small, 0, sizeof started->small);
    started->lists = started->small;
    started->mask = GTI_SMALL_STARTED - 1;
    started->n = 0;
}

void gti_started_fini(gti_started *started)
{
    if (started->lists != started->small)
        gti_free(started->lists);
}

/* Frames are at like places of their stacks, so the hash uses all bits of an address. */
static gt_timeout **bucket_of(const gti_started *started, const gt_timeout *timeout)
{
    uint64_t product = (uint64_t)(uintptr_t)timeout * UINT64_C(0x9e3779b97f4a7c15);
    return &started->lists[(size_t)(product >> 32) & started->mask];
}

static void grow(gti_started *started)
{
    size_t size = started->mask + 1;
    gt_timeout **lists = started->lists;
    gt_timeout **more = gti_allocate(2 * size * sizeof *more);
    if (!more)
        return;
    started->lists = more;
    started->mask = 2 * size - 1;
    for (size_t i = 0; i < size; i++) {
        for (gt_timeout *timeout = lists[i], *next; timeout; timeout = next) {
            gt_timeout **list = bucket_of(started, timeout);
            next = timeout->next;
            timeout->next = *list;
            *list = timeout;
        }
    }
    if (lists != started->small)
        gti_free(lists);
}

bool gti_started_has(const gti_started *started, const gt_timeout *timeout)
{
    const gt_timeout *other = *bucket_of(started, timeout);
    while (other && other != timeout)
        other = other->next;
    return other != NULL;
}

void gti_started_add(gti_started *started, gt_timeout *timeout)
{
    if (started->n++ > started->mask)
        grow(started);
    gt_timeout **list = bucket_of(started, timeout);
    timeout->next = *list;
    *list = timeout;
}

void gti_started_remove(gti_started *started, gt_timeout *timeout)
{
    gt_timeout **place = bucket_of(started, timeout);
    while (*place != timeout)
        place = &(*place)->next;
    *place = timeout->next;
    started->n--;
}
