/*
 * The wait queues, and what the poller is told. The poller is told of a direction when the first
 * waiter comes, but not when it leaves. A thread that reads in a loop waits again soon, and each
 * change is a system call. The direction is taken back only when an event finds no waiter.
 *
 * Code outside the library may close files, and even the poller. So each event is compared with
 * what is set. An event of an older generation has no number any more that could take it back, so
 * the poller is made again.
 */
#include "core/sched/descriptors.h"
#include "compat/inline.h"
#include "compat/io.h"
#include "compat/process.h"
#include "core/base/allocate.h"
#include "core/hub/wake.h"
#include "core/raise/exception.h"
#include <stdatomic.h>
#include <string.h>

/* The table */

static gti_descriptor *find(const gti_hub *hub, int fd)
{
    return hub->io && fd >= 0 && (size_t)fd < hub->io->size ? &hub->io->table[fd] : NULL;
}

static struct gti_io *open_io(gti_hub *hub, const char *call)
{
    if (hub->io)
        return hub->io;
    struct gti_io *io = gti_allocate(sizeof *io);
    if (!io)
        gti_raise_errno(hub, gti_errno_no_memory, call);
    int error = gti_poller_new(&io->poller, gti_allocate, gti_free);
    if (error || !io->poller) {
        gti_free(io);
        gti_raise_errno(hub, error ? -error : gti_errno_invalid, call);
    }
    io->poll = gti_descriptors_poll;
    io->wake = gti_descriptors_wake;
    io->fini = gti_descriptors_fini;
    hub->io = io;
    return io;
}

GTI_INLINE gti_descriptor *need(gti_hub *hub, int fd, const char *call)
{
    struct gti_io *io = open_io(hub, call);
    size_t size = io->size ? io->size : GTI_DESCRIPTORS;
    while (size <= (size_t)fd)
        size *= 2;
    if (size != io->size) {
        gti_descriptor *table = gti_allocate(size * sizeof *table);
        if (!table)
            gti_raise_errno(hub, gti_errno_no_memory, call);
        if (io->size)
            memcpy(table, io->table, io->size * sizeof *table);
        for (size_t i = io->size; i < size; i++)
            table[i].generation = GTI_FIRST_GENERATION;
        gti_free(io->table);
        io->table = table;
        io->size = size;
    }
    return &io->table[fd];
}

/* What other hubs close */

/*
 * A hub knows only its own generations. So each number (modulo the size of the tables) has a mark,
 * which names the hub that has it set, and a count of how often others closed it. Both are hints:
 * the poller verifies what they say.
 */
static atomic_uint marks[GTI_CLOSINGS]; /* a hub's number; 0: none */
static atomic_uint closings[GTI_CLOSINGS];
static atomic_uint all_closings;

enum { UNMARKED = 0 };
#define SEVERAL UINT_MAX

static unsigned closings_of(int fd)
{
    return atomic_load_explicit(&closings[fd % GTI_CLOSINGS], memory_order_acquire);
}

static void mark(const gti_hub *hub, int fd)
{
    unsigned other = UNMARKED;
    atomic_uint *place = &marks[fd % GTI_CLOSINGS];
    if (!atomic_compare_exchange_strong(place, &other, hub->number) && other != hub->number)
        atomic_store(place, SEVERAL);
}

static void unmark(const gti_hub *hub, int fd)
{
    unsigned own = hub->number;
    atomic_compare_exchange_strong(&marks[fd % GTI_CLOSINGS], &own, UNMARKED);
}

void gti_descriptors_tell_others(const gti_hub *hub, int fd)
{
    if (fd < 0)
        return;
    unsigned own = hub ? hub->number : UNMARKED;
    unsigned marked = atomic_load(&marks[fd % GTI_CLOSINGS]);
    if (marked == UNMARKED || marked == own)
        return;
    atomic_store(&marks[fd % GTI_CLOSINGS], UNMARKED);
    atomic_fetch_add(&closings[fd % GTI_CLOSINGS], 1);
    atomic_fetch_add(&all_closings, 1);
}

/* What the poller is told */

static void fail_queue(gti_waiters *queue, int code)
{
    while (queue->first) {
        gti_waiter *waiter = gti_waiters_take_first(queue);
        waiter->error = code;
        gti_unpark(waiter->thread, waiter->token);
    }
}

/* All waiters of the descriptor raise `code`. */
static void fail_queues(gti_descriptor *descriptor, int code)
{
    fail_queue(&descriptor->readers, code);
    fail_queue(&descriptor->writers, code);
}

static void wake_queue(const gti_waiters *queue)
{
    for (const gti_waiter *waiter = queue->first; waiter; waiter = waiter->next)
        gti_unpark(waiter->thread, waiter->token);
}

/* Nothing is set any more. Events that still come are of the old generation. */
static void lose(gti_descriptor *descriptor)
{
    descriptor->set = 0;
    descriptor->is_drained = descriptor->is_muted = false;
    descriptor->generation++;
}

static void note_set(const gti_hub *hub, int fd, gti_descriptor *descriptor, int events)
{
    if (!descriptor->set && events) {
        descriptor->is_stream = gti_os_is_stream(fd);
        descriptor->closings = closings_of(fd);
        mark(hub, fd);
    } else if (descriptor->set && !events) {
        unmark(hub, fd);
    }
    descriptor->set = (uint8_t)events;
    descriptor->is_muted = false;
}

/* Sets a descriptor in a new poller; 0, or -errno. */
static int set_again(gti_hub *hub, int fd, gti_descriptor *descriptor)
{
    int events =
        (descriptor->readers.first ? GT_READ : 0) | (descriptor->writers.first ? GT_WRITE : 0);
    if (descriptor->set)
        lose(descriptor);
    if (!events)
        return 0;
    int error = gti_poller_set(hub->io->poller, fd, 0, events, descriptor->generation);
    if (!error)
        note_set(hub, fd, descriptor, events);
    bool is_poller = error == -gti_errno_invalid; /* the number is the new poller's own */
    return is_poller || error == GTI_POLLER_GONE ? -gti_errno_bad_descriptor : error;
}

/*
 * Makes the poller again; 0, or -errno. Waiters of a descriptor that cannot be polled any more
 * raise.
 */
static int renew(gti_hub *hub)
{
    struct gti_io *io = hub->io;
    int gone = gti_poller_renew(io->poller);
    io->is_stale = false;
    for (size_t fd = 0; fd < io->size; fd++) {
        gti_descriptor *descriptor = &io->table[fd];
        int error = gone ? gone : set_again(hub, (int)fd, descriptor);
        if (error == -gti_errno_not_permitted) {
            wake_queue(&descriptor->readers);
            wake_queue(&descriptor->writers);
        } else if (error) {
            lose(descriptor);
            fail_queues(descriptor, -error);
        }
    }
    return gone;
}

/* Sets `events`, also if others closed the number or the poller; 0, or -errno. */
static int tell(gti_hub *hub, int fd, int events)
{
    struct gti_io *io = hub->io;
    gti_descriptor *descriptor = &io->table[fd];
    int error = gti_poller_set(io->poller, fd, descriptor->set, events, descriptor->generation);
    if (error == GTI_POLLER_GONE && (error = renew(hub)) == 0)
        error = gti_poller_set(io->poller, fd, descriptor->set, events, descriptor->generation);
    if (error == GTI_POLLER_LOST) {
        lose(descriptor);
        error = gti_poller_set(io->poller, fd, 0, events, descriptor->generation);
    }
    if (!error)
        note_set(hub, fd, descriptor, events);
    return error == GTI_POLLER_GONE ? -gti_errno_bad_descriptor : error;
}

void gti_descriptor_verify(gti_hub *hub, int fd)
{
    gti_descriptor *descriptor = find(hub, fd);
    if (!descriptor || !descriptor->set)
        return;
    uint32_t generation = descriptor->generation;
    descriptor->closings = closings_of(fd);
    mark(hub, fd);
    int error = tell(hub, fd, descriptor->set);
    if (error || descriptor->generation != generation)
        fail_queues(descriptor, error ? -error : gti_errno_bad_descriptor);
}

void gti_descriptor_mute(gti_hub *hub, int fd)
{
    gti_descriptor *descriptor = find(hub, fd);
    if (descriptor->is_muted)
        gti_poller_mute_again(hub->io->poller, fd);
    if (descriptor->is_muted || !descriptor->set)
        return;
    int error = gti_poller_mute(hub->io->poller, fd, descriptor->set, descriptor->generation);
    descriptor->is_muted = error == 0;
    if (error && tell(hub, fd, descriptor->set) != 0)
        fail_queues(descriptor, gti_errno_bad_descriptor);
}

/* Polling */

/*
 * Verifies the descriptors that other hubs closed while threads wait for them. True if other hubs
 * closed any.
 */
static bool verify_closings(gti_hub *hub)
{
    struct gti_io *io = hub->io;
    unsigned all = atomic_load_explicit(&all_closings, memory_order_acquire);
    if (io->closings == all)
        return false;
    io->closings = all;
    for (size_t fd = 0; fd < io->size; fd++) {
        const gti_descriptor *descriptor = &io->table[fd];
        bool has_waiters = descriptor->readers.first || descriptor->writers.first;
        if (has_waiters && descriptor->closings != closings_of((int)fd))
            gti_descriptor_verify(hub, (int)fd);
    }
    return true;
}

size_t gti_descriptors_poll(gti_hub *hub, int64_t timeout_ns)
{
    if (verify_closings(hub))
        timeout_ns = 0;
    int n = gti_poller_wait(hub->io->poller, timeout_ns, hub->events, GTI_EVENTS);
    if (n < 0)
        renew(hub);
    return n < 0 ? 0 : (size_t)n;
}

/* Wakes the first waiter. Returns 0, or `event` if the queue is empty. */
static int wake_head(gti_waiters *queue, int event)
{
    if (!queue->first)
        return event;
    gti_unpark(queue->first->thread, queue->first->token);
    return 0;
}

static void wake(gti_hub *hub, const gti_poll_event *event)
{
    gti_descriptor *descriptor = find(hub, event->fd);
    if (!descriptor || descriptor->generation != event->generation) {
        hub->io->is_stale = true;
        return;
    }
    int unneeded = 0;
    if (event->events & GT_READ) {
        descriptor->is_drained = false;
        unneeded |= wake_head(&descriptor->readers, GT_READ);
    }
    if (event->events & GT_WRITE)
        unneeded |= wake_head(&descriptor->writers, GT_WRITE);
    if (!(descriptor->set & unneeded))
        return;
    if (tell(hub, event->fd, descriptor->set & ~unneeded) != 0)
        hub->io->is_stale = true;
}

/* The waiter that an event wakes; NULL: none. */
static const gti_waiter *head_of(const gti_hub *hub, const gti_poll_event *event)
{
    const gti_descriptor *descriptor = find(hub, event->fd);
    const gti_waiter *reader = NULL;
    if (descriptor && event->events & GT_READ)
        reader = descriptor->readers.first;
    return reader || !descriptor ? reader : descriptor->writers.first;
}

/*
 * If a thread has not run for long, a wake waits for memory three times: for the descriptor, the
 * waiter on the thread's stack, and the control block. So each is prefetched some events ahead,
 * when the pointer to it is there. With the waiter comes what lies behind it: the frames of the
 * call that will go on.
 */
GTI_INLINE void prefetch_waiters(const gti_hub *hub, size_t i, size_t n)
{
    enum { THREADS = 4, WAITERS = 8, DESCRIPTORS = 12, FRAMES = 4 * GTI_CACHE_LINE };
    if (i + DESCRIPTORS < n)
        GTI_PREFETCH(find(hub, hub->events[i + DESCRIPTORS].fd));
    if (i + WAITERS < n) {
        const char *frames = (const char *)head_of(hub, &hub->events[i + WAITERS]);
        for (size_t line = 0; frames && line < FRAMES; line += GTI_CACHE_LINE)
            GTI_PREFETCH(frames + line);
    }
    if (i + THREADS >= n)
        return;
    const gti_waiter *waiter = head_of(hub, &hub->events[i + THREADS]);
    if (waiter)
        GTI_PREFETCH(waiter->thread);
}

void gti_descriptors_wake(gti_hub *hub, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        prefetch_waiters(hub, i, n);
        wake(hub, &hub->events[i]);
    }
    if (n && hub->io->is_stale)
        renew(hub);
}

/* Waiting */

bool gti_descriptor_has_waiters(const gti_hub *hub, int fd, int events)
{
    const gti_descriptor *descriptor = find(hub, fd);
    return descriptor && ((events & GT_READ && descriptor->readers.first) ||
                          (events & GT_WRITE && descriptor->writers.first));
}

bool gti_descriptor_is_drained(const gti_hub *hub, int fd)
{
    const gti_descriptor *descriptor = find(hub, fd);
    return descriptor && descriptor->is_drained;
}

void gti_descriptor_set_drained(const gti_hub *hub, int fd)
{
    gti_descriptor *descriptor = find(hub, fd);
    if (descriptor && descriptor->set & GT_READ)
        descriptor->is_drained = descriptor->is_stream;
}

static void enqueue_waiter(gti_hub *hub, gti_waiters *queue, gti_waiter *waiter)
{
    *waiter = (gti_waiter){.thread = hub->current};
    gti_waiters_append(queue, waiter);
}

bool gti_descriptor_enter(gti_hub *hub, gti_fd_wait *wait, int fd, int events, const char *call)
{
    gti_descriptor *descriptor = need(hub, fd, call);
    if (descriptor->set && descriptor->closings != closings_of(fd))
        gti_descriptor_verify(hub, fd);
    int set = descriptor->set | events;
    if (set != descriptor->set || descriptor->is_muted) {
        int error = tell(hub, fd, set);
        if (error == -gti_errno_not_permitted)
            return false;
        if (error)
            gti_raise_errno(hub, -error, call);
    }
    *wait = (gti_fd_wait){.fd = fd, .events = events};
    if (events & GT_READ)
        enqueue_waiter(hub, &descriptor->readers, &wait->reader);
    if (events & GT_WRITE)
        enqueue_waiter(hub, &descriptor->writers, &wait->writer);
    hub->io->waiting++;
    return true;
}

void gti_descriptor_leave(gti_hub *hub, gti_fd_wait *wait)
{
    gti_descriptor *descriptor = find(hub, wait->fd);
    gti_waiters_remove(&descriptor->readers, &wait->reader);
    gti_waiters_remove(&descriptor->writers, &wait->writer);
    hub->io->waiting--;
    bool has_waiters = descriptor->readers.first || descriptor->writers.first;
    if (descriptor->is_muted && has_waiters && tell(hub, wait->fd, descriptor->set) != 0)
        fail_queues(descriptor, gti_errno_bad_descriptor);
}

/* Closing */

uint32_t gti_descriptor_generation(gti_hub *hub, int fd, const char *call)
{
    return need(hub, fd, call)->generation;
}

void gti_descriptors_forget(gti_hub *hub, int fd)
{
    gti_descriptor *descriptor = find(hub, fd);
    if (!descriptor)
        return;
    if (descriptor->set) {
        gti_poller_set(hub->io->poller, fd, descriptor->set, 0, descriptor->generation);
        unmark(hub, fd);
    }
    lose(descriptor);
    fail_queues(descriptor, gti_errno_bad_descriptor);
}

void gti_descriptors_fini(gti_hub *hub)
{
    if (!hub->io)
        return;
    for (size_t fd = 0; fd < hub->io->size; fd++)
        if (hub->io->table[fd].set)
            unmark(hub, (int)fd);
    gti_poller_free(hub->io->poller);
    gti_free(hub->io->table);
    gti_free(hub->io);
    hub->io = NULL;
}
