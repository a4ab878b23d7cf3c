/*
 * The lines of waiters, and what the poller is told. The poller is told of a
 * direction when the first waiter comes and not when it leaves: whoever reads
 * in a loop waits again soon, and each change is a system call. Only when an
 * event finds nobody in line is the direction taken back.
 */
#include "descriptors.h"
#include "allocate.h"
#include "compat/inline.h"
#include "compat/io.h"
#include "compat/process.h"
#include "scheduler.h"
#include "unwind.h"
#include <string.h>

enum { CLOSED = 1 }; /* in a waiter's word: the descriptor was closed */

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
    hub->io = io;
    return io;
}

static gti_descriptor *need(gti_hub *hub, int fd, const char *call)
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

/* Polling */

size_t gti_descriptors_poll(gti_hub *hub, int64_t timeout_ns)
{
    return gti_poller_wait(hub->io->poller, timeout_ns, hub->events, GTI_EVENTS);
}

/* Wakes the head of a line; 0: there is one, else `event`, which is unneeded. */
static int wake_head(gti_waiters *line, int event)
{
    if (!line->first)
        return event;
    gti_unpark(line->first->thread, line->first->token);
    return 0;
}

static void wake(gti_hub *hub, const gti_poll_event *event)
{
    gti_descriptor *descriptor = find(hub, event->fd);
    if (!descriptor || descriptor->generation != event->generation)
        return;
    int unneeded = 0;
    if (event->events & GT_READ) {
        descriptor->is_drained = false;
        unneeded |= wake_head(&descriptor->readers, GT_READ);
    }
    if (event->events & GT_WRITE)
        unneeded |= wake_head(&descriptor->writers, GT_WRITE);
    if (!(descriptor->set & unneeded))
        return;
    descriptor->set &= (uint8_t)~unneeded;
    gti_poller_set(hub->io->poller, event->fd, descriptor->set, descriptor->generation);
}

/* Who will be woken for an event; NULL: nobody. */
static const gti_waiter *head_of(const gti_hub *hub, const gti_poll_event *event)
{
    const gti_descriptor *descriptor = find(hub, event->fd);
    const gti_waiter *reader = NULL;
    if (descriptor && event->events & GT_READ)
        reader = descriptor->readers.first;
    return reader || !descriptor ? reader : descriptor->writers.first;
}

/*
 * Of a thread that nobody has touched for long, waking would wait for memory
 * three times: for the descriptor, the waiter on its stack, the control block.
 * So each is asked for some events ahead, when what leads to it is there; and
 * with the waiter what lies behind it, the frames of the call that will go on.
 */
GTI_INLINE void look_ahead(const gti_hub *hub, size_t i, size_t n)
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
        look_ahead(hub, i, n);
        wake(hub, &hub->events[i]);
    }
}

/* Standing in line */

bool gti_descriptor_has_line(const gti_hub *hub, int fd, int events)
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

static void queue_up(gti_hub *hub, gti_waiters *line, gti_waiter *waiter)
{
    *waiter = (gti_waiter){.thread = hub->current};
    gti_waiters_append(line, waiter);
}

bool gti_descriptor_enter(gti_hub *hub, gti_fd_wait *wait, int fd, int events, const char *call)
{
    gti_descriptor *descriptor = need(hub, fd, call);
    int set = descriptor->set | events;
    if (set != descriptor->set) {
        int error = gti_poller_set(hub->io->poller, fd, set, descriptor->generation);
        if (error == -gti_errno_not_permitted)
            return false;
        if (error)
            gti_raise_errno(hub, -error, call);
        if (!descriptor->set)
            descriptor->is_stream = gti_os_is_stream(fd);
        descriptor->set = (uint8_t)set;
    }
    *wait = (gti_fd_wait){.fd = fd, .events = events};
    if (events & GT_READ)
        queue_up(hub, &descriptor->readers, &wait->reader);
    if (events & GT_WRITE)
        queue_up(hub, &descriptor->writers, &wait->writer);
    hub->io->waiting++;
    return true;
}

void gti_descriptor_leave(gti_hub *hub, gti_fd_wait *wait)
{
    gti_descriptor *descriptor = find(hub, wait->fd);
    gti_waiters_remove(&descriptor->readers, &wait->reader);
    gti_waiters_remove(&descriptor->writers, &wait->writer);
    hub->io->waiting--;
}

void gti_descriptor_park(gti_hub *hub, gti_fd_wait *wait, const gti_wait *why)
{
    gt_thread *self = hub->current;
    wait->reader.token = wait->writer.token = self->token;
    gti_park(hub, why);
    bool closed = (wait->reader.word | wait->writer.word) == CLOSED;
    if (!closed && !(self->flags & GTI_INTERRUPTED))
        return;
    gti_descriptor_leave(hub, wait);
    gti_deliver(hub, self);
    gti_raise_errno(hub, gti_errno_bad_descriptor, why->call);
}

/* Closing */

static void close_line(gti_waiters *line)
{
    while (line->first) {
        gti_waiter *waiter = gti_waiters_take_first(line);
        waiter->word = CLOSED;
        gti_unpark(waiter->thread, waiter->token);
    }
}

uint32_t gti_descriptor_generation(gti_hub *hub, int fd, const char *call)
{
    return need(hub, fd, call)->generation;
}

void gti_descriptors_forget(gti_hub *hub, int fd)
{
    gti_descriptor *descriptor = find(hub, fd);
    if (!descriptor)
        return;
    if (descriptor->set)
        gti_poller_set(hub->io->poller, fd, 0, descriptor->generation);
    descriptor->set = 0;
    descriptor->is_drained = false;
    descriptor->generation++;
    close_line(&descriptor->readers);
    close_line(&descriptor->writers);
}

void gti_descriptors_fini(gti_hub *hub)
{
    if (!hub->io)
        return;
    gti_poller_free(hub->io->poller);
    gti_free(hub->io->table);
    gti_free(hub->io);
    hub->io = NULL;
}
