/*
 * poll(2): an array of what is watched, and the place of each number in it, so that
 * setting is O(1). Waiting is O(n), as poll itself is.
 *
 * If more descriptors are ready than the caller has room for, the next call begins behind
 * the last one that was told. So low numbers do not starve high ones.
 *
 * poll cannot tell what is new. So the array leaves out what is muted until the end of a
 * pause. All muted descriptors share one pause.
 */
#define _POSIX_C_SOURCE 200809L
#include "compat/clock.h"
#include "compat/poller.h"
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>

enum { PAUSE_NS = 10 * 1000 * 1000 };

struct gti_poller {
    struct pollfd *entries; /* [0, n) are watched; muted: the complement of the number */
    uint32_t *generations;  /* of each entry */
    size_t n, room, next;   /* next: where telling begins */
    size_t muted;           /* how many are */
    int64_t pause_end;      /* valid while some are */
    size_t *places;         /* by number: 1 + the entry's index; 0: none */
    size_t numbers;
    void *(*allocate)(size_t);
    void (*release)(void *);
};

int gti_poller_new(gti_poller **poller, void *(*allocate)(size_t), void (*release)(void *))
{
    gti_poller *made = allocate(sizeof *made);
    if (!made)
        return -ENOMEM;
    *made = (gti_poller){.allocate = allocate, .release = release};
    *poller = made;
    return 0;
}

void gti_poller_free(gti_poller *poller)
{
    poller->release(poller->entries);
    poller->release(poller->generations);
    poller->release(poller->places);
    poller->release(poller);
}

/* Replaces *array by a larger copy; false: no memory, it is as it was. */
static bool grow(gti_poller *poller, void *array, size_t old_bytes, size_t bytes)
{
    void *old;
    memcpy(&old, array, sizeof old);
    void *larger = poller->allocate(bytes);
    if (!larger)
        return false;
    if (old_bytes)
        memcpy(larger, old, old_bytes);
    poller->release(old);
    memcpy(array, &larger, sizeof larger);
    return true;
}

static bool make_room(gti_poller *poller, size_t fd)
{
    size_t numbers = poller->numbers ? poller->numbers : 64;
    while (numbers <= fd)
        numbers *= 2;
    if (numbers != poller->numbers) {
        if (!grow(poller, &poller->places, poller->numbers * sizeof *poller->places,
                  numbers * sizeof *poller->places))
            return false;
        poller->numbers = numbers;
    }
    if (poller->n < poller->room)
        return true;
    size_t room = poller->room ? poller->room * 2 : 16;
    if (!grow(poller, &poller->entries, poller->n * sizeof *poller->entries,
              room * sizeof *poller->entries) ||
        !grow(poller, &poller->generations, poller->n * sizeof *poller->generations,
              room * sizeof *poller->generations))
        return false;
    poller->room = room;
    return true;
}

static int number_of(const struct pollfd *entry)
{
    return entry->fd < 0 ? ~entry->fd : entry->fd;
}

static void unmute(gti_poller *poller, struct pollfd *entry)
{
    poller->muted -= entry->fd < 0;
    entry->fd = number_of(entry);
}

static void take_out(gti_poller *poller, int fd)
{
    if ((size_t)fd >= poller->numbers || !poller->places[fd])
        return;
    size_t place = poller->places[fd] - 1, last = --poller->n;
    poller->places[fd] = 0;
    unmute(poller, &poller->entries[place]);
    if (place == last)
        return;
    poller->entries[place] = poller->entries[last];
    poller->generations[place] = poller->generations[last];
    poller->places[number_of(&poller->entries[place])] = place + 1;
}

int gti_poller_set(gti_poller *poller, int fd, int former, int events, uint32_t generation)
{
    (void)former;
    if (!events) {
        take_out(poller, fd);
        return 0;
    }
    if (fd < 0 || gti_poll_now(fd, events) == -EBADF)
        return -EBADF;
    if (!make_room(poller, (size_t)fd))
        return -ENOMEM;
    if (!poller->places[fd])
        poller->places[fd] = ++poller->n;
    else
        unmute(poller, &poller->entries[poller->places[fd] - 1]);
    size_t place = poller->places[fd] - 1;
    poller->entries[place] = (struct pollfd){.fd = fd};
    if (events & GTI_POLL_READ)
        poller->entries[place].events |= POLLIN;
    if (events & GTI_POLL_WRITE)
        poller->entries[place].events |= POLLOUT;
    poller->generations[place] = generation;
    return 0;
}

int gti_poller_mute(gti_poller *poller, int fd, int events, uint32_t generation)
{
    int error = gti_poller_set(poller, fd, events, events, generation);
    if (error)
        return error;
    gti_poller_mute_again(poller, fd);
    return 0;
}

void gti_poller_mute_again(gti_poller *poller, int fd)
{
    if ((size_t)fd >= poller->numbers || !poller->places[fd])
        return;
    struct pollfd *entry = &poller->entries[poller->places[fd] - 1];
    if (entry->fd < 0)
        return;
    if (!poller->muted++)
        poller->pause_end = gti_clock_now() + PAUSE_NS;
    entry->fd = ~fd;
}

int gti_poller_renew(gti_poller *poller)
{
    while (poller->n)
        take_out(poller, number_of(&poller->entries[poller->n - 1]));
    return 0;
}

/* Waits at most until the end of the pause, which it ends. */
static int64_t until_pause_ends(gti_poller *poller, int64_t timeout_ns)
{
    if (!poller->muted)
        return timeout_ns;
    int64_t left = poller->pause_end - gti_clock_now();
    for (size_t i = 0; left <= 0 && i < poller->n; i++)
        unmute(poller, &poller->entries[i]);
    return left > 0 && left < timeout_ns ? left : timeout_ns;
}

/* Rounded up: a timer that the caller waits for must be due afterwards. */
static int milliseconds(int64_t timeout_ns)
{
    if (timeout_ns == INT64_MAX)
        return -1;
    int64_t rounded = timeout_ns / 1000000 + (timeout_ns % 1000000 != 0);
    return rounded > INT_MAX ? INT_MAX : (int)rounded;
}

static int events_of(short events)
{
    if (events & (POLLERR | POLLHUP | POLLNVAL))
        return GTI_POLL_READ | GTI_POLL_WRITE;
    return (events & POLLIN ? GTI_POLL_READ : 0) | (events & POLLOUT ? GTI_POLL_WRITE : 0);
}

int gti_poller_wait(gti_poller *poller, int64_t timeout_ns, gti_poll_event *events, size_t max)
{
    int n, timeout_ms = milliseconds(until_pause_ends(poller, timeout_ns));
    do
        n = poll(poller->entries, (nfds_t)poller->n, timeout_ms);
    while (n < 0 && errno == EINTR && timeout_ns == 0);
    if (n <= 0)
        return 0;
    size_t found = 0, first = poller->next < poller->n ? poller->next : 0;
    for (size_t i = 0; i < poller->n && found < max; i++) {
        size_t place = (first + i) % poller->n;
        const struct pollfd *entry = &poller->entries[place];
        if (!entry->revents)
            continue;
        events[found++] =
            (gti_poll_event){entry->fd, poller->generations[place], events_of(entry->revents)};
        poller->next = place + 1;
    }
    return (int)found;
}
