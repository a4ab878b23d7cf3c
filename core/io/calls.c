/*
 * I/O calls. A call tries first. If the descriptor is not ready, or other threads are queued for
 * it, the call waits in the queue and tries again when it is woken. A thread that is killed in the
 * queue has transferred nothing (KILL-10), and the hub's next poll wakes the thread behind it.
 */
#include "compat/io.h"
#include "compat/process.h"
#include "compat/signals.h"
#include "core/hub/current.h"
#include "core/raise/exception.h"
#include "core/sched/block.h"
#include "core/sched/descriptors.h"
#include "core/sched/scheduler.h"

/* A call of the system that may have to be repeated. */
typedef struct transfer {
    int fd, events;
    bool is_read; /* of bytes, so not an accept */
    ssize_t (*attempt)(const struct transfer *transfer);
    union {
        void *in;
        const void *out;
        struct sockaddr *address;
        int signum;
        const struct sockaddr *peer;
    };
    size_t size;
    socklen_t *length;
} transfer;

/*
 * The pause between two attempts where no event tells when to try; in nanoseconds, doubled each
 * time.
 */
enum { FIRST_PAUSE = 1000000, LONGEST_PAUSE = 16000000 };

/* A large transfer counts as one more call for each of so many bytes. */
enum { BYTES_PER_CALL = 16384 };

/*
 * Yields if the thread has made too many I/O calls in a row. A descriptor that is always ready must
 * not keep other threads waiting (SCHED-8). The second yield raises a timeout that fell due while
 * the other threads ran.
 */
static void yield_if_hogging(gti_hub *hub, const char *call)
{
    bool is_late = gti_poll_is_late(hub);
    if (hub->transfers++ < GT_IO_BURST && !is_late)
        return;
    gti_yield(hub, call);
    if (gti_must_raise(hub->current))
        gti_yield(hub, call);
}

/*
 * Tries again and again, where no event tells when to: a device that cannot be polled, a listener
 * without room. If the number is closed meanwhile, it may refer to another file.
 */
static ssize_t try_until(gti_hub *hub, const transfer *transfer, ssize_t not_yet,
                         const gti_wait *why)
{
    uint32_t generation = gti_descriptor_generation(hub, transfer->fd, why->call);
    int64_t pause_ns = FIRST_PAUSE;
    ssize_t n;
    while ((n = transfer->attempt(transfer)) == not_yet) {
        gti_sleep(hub, pause_ns, why);
        if (gti_descriptor_generation(hub, transfer->fd, why->call) != generation)
            gti_raise_errno(hub, gti_errno_bad_descriptor, why->call);
        if (pause_ns < LONGEST_PAUSE)
            pause_ns *= 2;
    }
    return n;
}

/* Wakes without success, of one waiter, until the poller is told to mute the descriptor. */
enum { PATIENCE = 8 };

/*
 * Blocks until the thread is woken, at the head of its queue or with an error. If this raises, the
 * thread has left the queue by then.
 */
static void park_in_queue(gti_hub *hub, gti_fd_wait *wait, const gti_wait *why)
{
    gt_thread *self = hub->current;
    if (wait->parks++ >= PATIENCE)
        gti_descriptor_mute(hub,
                            wait->fd); /* its token is of an earlier park: nothing wakes it here */
    wait->reader.token = wait->writer.token = self->token;
    if (!gti_fd_wait_error(wait))
        gti_park(hub, why);
    int code = gti_fd_wait_error(wait);
    if (!code && !(self->flags & GTI_INTERRUPTED))
        return;
    gti_descriptor_leave(hub, wait);
    gti_deliver(hub, self);
    gti_raise_errno(hub, code, why->call);
}

static ssize_t wait_in_queue(gti_hub *hub, const transfer *transfer, const gti_wait *why)
{
    gti_fd_wait wait;
    if (!gti_descriptor_enter(hub, &wait, transfer->fd, transfer->events, why->call))
        return try_until(hub, transfer, GTI_WOULD_BLOCK, why);
    ssize_t n;
    do {
        park_in_queue(hub, &wait, why);
        n = transfer->attempt(transfer);
    } while (n == GTI_WOULD_BLOCK);
    gti_descriptor_leave(hub, &wait);
    return n;
}

/*
 * True if the call should try before it waits. The attempt finds errors in the call, so it comes
 * before any wait. There are two exceptions. A call must not overtake queued threads, but a read
 * from an empty descriptor cannot. And a read is not tried if the last read took all that the
 * stream had: it would nearly always get nothing, and the poller is asked in any case, for many
 * descriptors at once (SCHED-8). If an exception is pending, the call tries anyway: blocking would
 * raise instead of waiting.
 */
static bool tries_first(const gti_hub *hub, const transfer *transfer)
{
    if (transfer->is_read && transfer->size == 0)
        return true;
    if (gti_descriptor_has_waiters(hub, transfer->fd, transfer->events))
        return transfer->events == GT_READ && gti_poll_now(transfer->fd, GT_READ) == 0;
    return !transfer->is_read || !gti_descriptor_is_drained(hub, transfer->fd) ||
           gti_must_raise(hub->current);
}

static ssize_t perform(const transfer *transfer, const gti_wait *why)
{
    gti_hub *hub = gti_hub_get(why->call);
    yield_if_hogging(hub, why->call);
    ssize_t n = GTI_WOULD_BLOCK;
    if (tries_first(hub, transfer))
        n = transfer->attempt(transfer);
    if (n == GTI_WOULD_BLOCK)
        n = wait_in_queue(hub, transfer, why);
    if (n < 0)
        gti_raise_errno(hub, (int)-n, why->call);
    hub->transfers += (unsigned)(n / BYTES_PER_CALL);
    hub->calls += (unsigned)(n / BYTES_PER_CALL);
    if (transfer->is_read && n > 0 && (size_t)n < transfer->size)
        gti_descriptor_set_drained(hub, transfer->fd);
    return n;
}

static ssize_t attempt_read(const transfer *transfer)
{
    return gti_os_read(transfer->fd, transfer->in, transfer->size);
}

static ssize_t read_some(int fd, void *buffer, size_t size, const gti_wait *why)
{
    return perform(&(transfer){.fd = fd,
                               .events = GT_READ,
                               .is_read = true,
                               .attempt = attempt_read,
                               .in = buffer,
                               .size = size},
                   why);
}

ssize_t gt_read(int fd, void *buffer, size_t size)
{
    static const gti_wait why = {"gt_read", NULL};
    return read_some(fd, buffer, size, &why);
}

static ssize_t attempt_write(const transfer *transfer)
{
    return gti_os_write(transfer->fd, transfer->out, transfer->size);
}

static ssize_t write_some(int fd, const void *buffer, size_t size, const gti_wait *why)
{
    return perform(
        &(transfer){
            .fd = fd, .events = GT_WRITE, .attempt = attempt_write, .out = buffer, .size = size},
        why);
}

ssize_t gt_write(int fd, const void *buffer, size_t size)
{
    static const gti_wait why = {"gt_write", NULL};
    return write_some(fd, buffer, size, &why);
}

/*
 * The size of one part of a call that transfers in parts: small enough to take little time
 * (SCHED-10).
 */
static size_t part(size_t size)
{
    enum { LARGEST_PART = 1024 * 1024 };
    return size < LARGEST_PART ? size : LARGEST_PART;
}

size_t gt_read_all(int fd, void *buffer, size_t size, size_t *done)
{
    static const gti_wait why = {"gt_read_all", NULL};
    size_t own;
    size_t *so_far = done ? done : &own;
    *so_far = 0;
    ssize_t n;
    do {
        n = read_some(fd, (char *)buffer + *so_far, part(size - *so_far), &why);
        *so_far += (size_t)n;
    } while (*so_far < size && (n > 0 || !gti_os_has_ended(fd)));
    return *so_far;
}

size_t gt_write_all(int fd, const void *buffer, size_t size, size_t *done)
{
    static const gti_wait why = {"gt_write_all", NULL};
    size_t own;
    size_t *so_far = done ? done : &own;
    *so_far = 0;
    do
        *so_far +=
            (size_t)write_some(fd, (const char *)buffer + *so_far, part(size - *so_far), &why);
    while (*so_far < size);
    return *so_far;
}

static ssize_t attempt_accept(const transfer *transfer)
{
    return gti_os_accept(transfer->fd, transfer->address, transfer->length);
}

int gt_accept(int fd, struct sockaddr *address, socklen_t *length)
{
    static const gti_wait why = {"gt_accept", NULL};
    int accepted = (int)perform(&(transfer){.fd = fd,
                                            .events = GT_READ,
                                            .attempt = attempt_accept,
                                            .address = address,
                                            .length = length},
                                &why);
    gti_descriptor_begin(gti_this_hub, accepted);
    return accepted;
}

/* Waits until the descriptor is ready. Readiness is not used up, so threads need not take turns. */
static int wait_until_ready(gti_hub *hub, int fd, int events, const gti_wait *why)
{
    int ready = gti_poll_now(fd, events);
    gti_fd_wait wait;
    if (ready == 0 && !gti_descriptor_enter(hub, &wait, fd, events, why->call))
        return events;
    bool waited = ready == 0;
    while (ready == 0) {
        park_in_queue(hub, &wait, why);
        ready = gti_poll_now(fd, events);
    }
    if (waited)
        gti_descriptor_leave(hub, &wait);
    if (ready < 0)
        gti_raise_errno(hub, -ready, why->call);
    return ready;
}

int gt_wait_fd(int fd, int events)
{
    static const gti_wait why = {"gt_wait_fd", NULL};
    gti_hub *hub = gti_hub_get(why.call);
    yield_if_hogging(hub, why.call);
    if (events == 0 || events & ~(GT_READ | GT_WRITE))
        gti_raise_errno(hub, gti_errno_invalid, why.call);
    return wait_until_ready(hub, fd, events, &why);
}

static ssize_t attempt_connect(const transfer *transfer)
{
    return gti_os_connect(transfer->fd, transfer->peer, *transfer->length);
}

int gt_connect(int fd, const struct sockaddr *address, socklen_t length)
{
    static const gti_wait why = {"gt_connect", NULL};
    gti_hub *hub = gti_hub_get(why.call);
    yield_if_hogging(hub, why.call);
    const transfer connecting = {
        .fd = fd, .attempt = attempt_connect, .peer = address, .length = &length};
    ssize_t error = attempt_connect(&connecting);
    while (error == GTI_TRY_LATER || error == GTI_WOULD_BLOCK) {
        if (error == GTI_TRY_LATER) {
            error = try_until(hub, &connecting, GTI_TRY_LATER, &why);
        } else {
            gti_descriptor_verify(hub, fd);
            wait_until_ready(hub, fd, GT_WRITE, &why);
            error = gti_os_connected(fd, address, length);
        }
    }
    if (error)
        gti_raise_errno(hub, (int)-error, why.call);
    return 0;
}

int gt_close(int fd)
{
    gti_hub *hub = gti_hub_if_any();
    if (hub)
        gti_descriptors_forget(hub, fd);
    int error = gti_os_close(fd);
    gti_descriptors_tell_others(hub, fd);
    if (error)
        gti_raise_errno(gti_hub_get("gt_close"), -error, "gt_close");
    return 0;
}

void gt_forget_fd(int fd)
{
    gti_hub *hub = gti_hub_if_any();
    if (hub)
        gti_descriptors_forget(hub, fd);
    gti_descriptors_tell_others(hub, fd);
}

static ssize_t attempt_signal(const transfer *transfer)
{
    return gti_signal_take(transfer->signum);
}

int gt_wait_signal(int signum)
{
    static const gti_wait why = {"gt_wait_signal", NULL};
    gti_hub *hub = gti_hub_get(why.call);
    int fd = gti_signal_open(signum, hub);
    if (fd < 0) {
        yield_if_hogging(hub, why.call);
        gti_raise_errno(hub, -fd, why.call);
    }
    perform(&(transfer){.fd = fd, .events = GT_READ, .attempt = attempt_signal, .signum = signum},
            &why);
    return signum;
}
