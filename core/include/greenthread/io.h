/*
 * I/O: calls that block the green thread and let others run.
 *
 * They take any descriptor, in blocking mode or not, and leave its mode alone.
 * Other hubs, OS threads and processes may use the same file (IO-4). Some files
 * are slower in blocking mode than in non-blocking mode: a listener, a terminal,
 * a named pipe, and any pipe before Linux 6.5. The library opens such a file
 * again in non-blocking mode for each transfer, or makes the call under an alarm,
 * so that the call cannot sleep. Set O_NONBLOCK where that takes too long. On
 * Linux the first alarm installs a handler that does nothing, for one real-time
 * signal that the program does not use.
 *
 * What the system refuses, it refuses at once, whether the descriptor is ready
 * or not (IO-5).
 *
 * Close a descriptor that was used here with gt_close. If something else closes
 * it, call gt_forget_fd first, in the hub that used it. A number that is closed
 * without the hub's knowledge and used again may make a waiter wait for the old
 * file, except if it was closed by gt_close in another hub, or comes from
 * gt_accept (IO-2, IO-12). That harms no other thread, and costs no time
 * (IO-10).
 *
 * The calls raise GT_OS_ERROR, with errno as its code (EBADF for a descriptor
 * that is closed, or is closed while a thread waits for it), GT_NO_MEMORY, and
 * what is thrown into the caller while it blocks. Even a call that need not block
 * yields after GT_IO_BURST such calls in a row. A transfer counts
 * as one call, and as one more for every 16 KiB (SCHED-8, SCHED-10). A read of a
 * stream socket after one that got less than it asked for lets the other
 * threads run before it sees what has come since.
 */
#ifndef GREENTHREAD_IO_H
#define GREENTHREAD_IO_H

#include <greenthread/base.h>

GTI_BEGIN_C

/*
 * The events of gt_wait_fd: ready to be read, ready to be written.
 *
 *   rules    IO-1 IO-13
 */
#define GT_READ 1
#define GT_WRITE 2

/*
 * How many I/O calls that need not block a thread makes before it yields.
 *
 *   rules    SCHED-8 SCHED-10
 */
#define GT_IO_BURST 64

/*
 * Waits until a descriptor is ready. End of file and errors count as ready. Of
 * several threads that wait for the same, the one that has waited longest is
 * woken first.
 *
 *   fd       open; files that cannot be polled are always ready
 *   events   GT_READ, GT_WRITE or both
 *   returns  those of `events` that are ready
 *   errors   EBADF: the descriptor is closed, or is closed while the caller
 *            waits. EINVAL: `events` is something else. Others of poll(2) and of
 *            the system's poller
 *   raises   GT_OS_ERROR with one of the codes above; GT_NO_MEMORY; whatever is
 *            thrown into the caller while it waits
 *   blocks   until the descriptor is ready; returns without a yield if it is,
 *            but yields once in GT_IO_BURST calls
 *   rules    IO-1 IO-2 IO-13 KILL-10 SCHED-6 SCHED-8
 */
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE int gt_wait_fd(int fd, int events);

/*
 * Reads what there is, or writes what fits, at least one byte. A file on a disk
 * takes everything, and what write(2) keeps together stays together (IO-6). A
 * call that raises has transferred nothing. Writing to a socket that the peer
 * has closed raises EPIPE, without SIGPIPE. Only for a pipe without a reader the
 * system sends SIGPIPE first, so the program should ignore that signal.
 *
 *   fd       open for the transfer
 *   buffer   `size` bytes, the caller's; used until the call ends
 *   size     bytes. 0: a read takes nothing, and a write sends an empty message
 *            if the socket has messages; refused as read(2) and write(2) do
 *   returns  the number of bytes; gt_read: 0 at the end of the file, and for an
 *            empty message
 *   errors   EBADF: the descriptor is closed, or is closed while the caller
 *            waits. Others of read(2) and write(2), except EAGAIN and EINTR
 *   raises   GT_OS_ERROR with one of the codes above; GT_NO_MEMORY; whatever is
 *            thrown into the caller while it waits
 *   blocks   until there is something to read or room to write; yields once in
 *            GT_IO_BURST calls that need not wait
 *   rules    IO-1 IO-2 IO-4 IO-5 IO-6 IO-8 KILL-10 SCHED-8
 */
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE ssize_t gt_read(int fd, void *buffer, size_t size);
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE ssize_t gt_write(int fd, const void *buffer, size_t size);

/*
 * Reads or writes a whole buffer, in parts of 1 MiB at most. Reading stops early
 * only at the end of the file, which an empty message is not.
 *
 *   fd       open for the transfer
 *   buffer   `size` bytes, the caller's; used until the call ends
 *   size     bytes
 *   done     where the number of bytes transferred so far is kept. It is right
 *            after the call however the call ended, by a raise too; read it
 *            after gt_try, for GT_TRY asks for care with locals. NULL: not kept
 *   returns  gt_write_all: `size`; gt_read_all: less only at the end of the file
 *   errors   EBADF: the descriptor is closed, or is closed while the caller
 *            waits. Others of read(2) and write(2), except EAGAIN and EINTR
 *   raises   GT_OS_ERROR with one of the codes above; GT_NO_MEMORY; whatever is
 *            thrown into the caller while it waits
 *   blocks   until all is transferred; yields once in GT_IO_BURST parts that need
 *            not wait
 *   rules    IO-3 and those of gt_read
 */
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE size_t gt_read_all(int fd, void *buffer, size_t size,
                                                        size_t *done);
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE size_t gt_write_all(int fd, const void *buffer, size_t size,
                                                         size_t *done);

/*
 * Accepts a connection. A call that raises has accepted none. A connection that
 * has died while it waited (ECONNABORTED, EPROTO and the network errors of
 * accept(2)) is passed over. EMFILE and the like are raised, and the connection
 * goes on waiting.
 *
 *   fd       a listening socket
 *   address  where the peer's address is put, as for accept(2); NULL: dropped
 *   length   in: the size of *address in bytes; out: the size of the peer's
 *            address; NULL only if `address` is
 *   returns  the new descriptor, close-on-exec; the caller closes it with
 *            gt_close
 *   errors   EBADF: the descriptor is closed, or is closed while the caller
 *            waits. EINVAL: the socket does not listen. EMFILE, ENFILE: there are
 *            no more descriptors. Others of accept(2)
 *   raises   GT_OS_ERROR with one of the codes above; GT_NO_MEMORY; whatever is
 *            thrown into the caller while it waits
 *   blocks   until there is a connection; yields once in GT_IO_BURST calls that
 *            need not wait
 *   rules    IO-1 IO-2 IO-4 IO-5 IO-12 KILL-10 SCHED-8
 */
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE int gt_accept(int fd, struct sockaddr *address,
                                                   socklen_t *length);

/*
 * Connects a socket. The call waits where connect(2) would: until the
 * connection is made, and until a UNIX listener has room, for which it asks
 * from time to time. After a raise the socket is good for nothing but gt_close.
 * A new socket is in non-blocking mode during the call. Others notice that only
 * if they share the socket already.
 *
 *   fd       a socket
 *   address  the peer's, as for connect(2); borrowed for the call
 *   length   the size of *address in bytes
 *   returns  0
 *   errors   EBADF: the descriptor is closed, or is closed while the caller
 *            waits. ECONNREFUSED: nothing listens there. Others of connect(2)
 *   raises   GT_OS_ERROR with one of the codes above; GT_NO_MEMORY; whatever is
 *            thrown into the caller while it waits
 *   blocks   until the connection is made or refused; yields once in GT_IO_BURST
 *            calls that need not wait
 *   rules    IO-1 IO-2 IO-5 IO-7 IO-12 SCHED-8
 */
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE int gt_connect(int fd, const struct sockaddr *address,
                                                    socklen_t length);

/*
 * Closes a descriptor, or has the hub forget it. Every thread that waits for
 * the descriptor raises GT_OS_ERROR with EBADF. gt_forget_fd does everything
 * but the closing, for descriptors that another library will close.
 *
 *   fd       any; whatever the system says, gt_close leaves it closed
 *   returns  gt_close: 0
 *   errors   gt_close: EBADF: the descriptor is not open. Others of close(2)
 *   raises   gt_close: GT_OS_ERROR with one of the codes above
 *   rules    IO-2 IO-12 FORK-1
 */
GTI_PUBLIC GT_MAY_RAISE int gt_close(int fd);
GTI_PUBLIC void gt_forget_fd(int fd);

/*
 * Waits for a signal. From the first wait on, the signal no longer has its
 * former effect, until gt_shutdown. Each signal that arrives wakes the thread
 * that has waited longest, or is kept for the next wait; none is lost. A handler
 * that the program installs meanwhile has the signal until the next wait, and
 * stays if gt_shutdown comes first.
 *
 * A second signal of the same kind may arrive while the program still acts on
 * the first. It is kept for the next wait, and does not end the process. So a
 * second Ctrl-C does not end a program that takes too long to shut down. If it
 * should, give the signal its default action back as soon as the first wait has
 * returned. The next wait for the signal replaces it again.
 *
 *     gt_wait_signal(SIGINT);
 *     signal(SIGINT, SIG_DFL);
 *
 *   signum   as for sigaction(2); one hub at a time may wait for it. SIGABRT can
 *            be waited for, but abort(3) ends the process all the same
 *   returns  `signum`
 *   errors   EINVAL: the signal cannot be caught, or is sent by a fault (SIGSEGV,
 *            SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS). EBUSY: another hub waits
 *            for it. EMFILE, ENFILE: there are no more descriptors
 *   raises   GT_OS_ERROR with one of the codes above; GT_NO_MEMORY; whatever is
 *            thrown into the caller while it waits
 *   blocks   until the signal arrives; does not wait if one is kept, but yields
 *            once in GT_IO_BURST calls
 *   rules    SIG-1 SIG-2 SIG-3 KILL-10 SCHED-6 SCHED-8 WAIT-6
 */
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE int gt_wait_signal(int signum);

GTI_END_C

#endif
