/*
 * I/O: calls that block the green thread and let others run. They take any
 * descriptor, in blocking mode or not, and leave its mode alone; other hubs,
 * OS threads and processes may use the same file (IO-4). Some files in
 * blocking mode are slower than in non-blocking mode: a listener, a terminal,
 * a pipe before Linux 6.5 (docs/design.md, "Descriptors"). On Linux the first
 * such call gives one real-time signal, which the program does not use, a
 * handler that does nothing.
 *
 * What the system refuses, it refuses at once, whether the descriptor is ready
 * or not (IO-5).
 *
 * Close what was used here with gt_close; if something else closes it, call
 * gt_forget_fd first, in the hub that used it. A number that is closed behind
 * the hub's back and used again may make a waiter wait for the old file, except
 * if it was closed by gt_close in another hub, or comes from gt_accept (IO-2,
 * IO-12). It harms no other, and costs no time (IO-10).
 *
 * All of them raise GT_OS_ERROR, with errno as its code (EBADF for a
 * descriptor that is closed, or closed while one waits), GT_NO_MEMORY, and
 * what is thrown into the caller while it blocks. A call that need not block
 * yields all the same after GT_IO_BURST such calls in a row, of which a transfer
 * is one and one more for every 16 KiB (SCHED-8, SCHED-10). A read
 * of a stream socket after one that got less than it asked for lets the others
 * run before it sees what has come since.
 */
#ifndef GREENTHREAD_IO_H
#define GREENTHREAD_IO_H

#include <greenthread/base.h>

GTI_BEGIN_C

#define GT_READ 1
#define GT_WRITE 2

#define GT_IO_BURST 64

/*
 * Waits until a descriptor is ready; returns at once if it is ready now.
 * End of file and errors count as ready. Of several that wait for the same,
 * the one that waits longest is woken first.
 *
 *   fd       open; files that cannot be polled are always ready
 *   events   GT_READ, GT_WRITE or both; anything else raises EINVAL
 *   returns  those of `events` that are ready
 *   raises   as above
 *   rules    IO-1 IO-2 KILL-10 SCHED-6
 */
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE int gt_wait_fd(int fd, int events);

/*
 * Reads what there is, at least one byte; writes what fits, at least one. A
 * file on a disk takes all, and what write(2) keeps together stays together
 * (IO-6). If one of them raises, it has transferred nothing. Writing to a socket that the
 * peer has closed raises EPIPE; to a pipe, the system sends SIGPIPE first,
 * which is the program's to ignore.
 *
 *   buffer   `size` bytes, the caller's
 *   size     bytes; 0: a read takes nothing, a write sends an empty message
 *            if the socket has messages; refused as read(2) and write(2) do
 *   returns  how many bytes; gt_read: 0 at the end of the file, and for an
 *            empty message
 *   raises   as above
 *   rules    IO-1 IO-2 IO-4 IO-5 IO-6 IO-8 KILL-10 SCHED-8
 */
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE ssize_t gt_read(int fd, void *buffer, size_t size);
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE ssize_t gt_write(int fd, const void *buffer, size_t size);

/*
 * Transfers all of it, in parts of 1 MiB at most; reading stops early at the end
 * of the file only, which an empty message is not.
 *
 *   done     NULL, or where the number of bytes transferred so far is kept:
 *            right after the call however it ended, by a raise too
 *   returns  how many bytes
 *   raises   as above
 *   rules    IO-3 and those of gt_read
 */
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE size_t gt_read_all(int fd, void *buffer, size_t size,
                                                        size_t *done);
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE size_t gt_write_all(int fd, const void *buffer, size_t size,
                                                         size_t *done);

/*
 * Accepts a connection. If it raises, none was accepted. One that has died
 * while it waited (ECONNABORTED, EPROTO and what accept(2) has of errors of the
 * network) is passed over; EMFILE and the like are raised, and the connection
 * waits on.
 *
 *   fd       a listening socket
 *   address, length  as for accept(2); both may be NULL
 *   returns  the new descriptor, close-on-exec; the caller's to gt_close
 *   raises   as above
 *   rules    IO-1 IO-2 IO-4 IO-5 KILL-10
 */
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE int gt_accept(int fd, struct sockaddr *address,
                                                   socklen_t *length);

/*
 * Connects a socket. Waits where connect(2) would: until the connection is
 * made, and until a UNIX listener has room, for which it asks from time to
 * time. After a raise the socket is good for nothing but gt_close. A new
 * socket is in non-blocking mode during the call, which others notice if they
 * share it already.
 *
 *   fd       a socket
 *   address, length  as for connect(2)
 *   returns  0
 *   raises   as above
 *   rules    IO-1 IO-2 IO-5 IO-7
 */
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE int gt_connect(int fd, const struct sockaddr *address,
                                                    socklen_t length);

/*
 * Closes a descriptor; every thread that waits for it raises GT_OS_ERROR with
 * EBADF. gt_forget_fd does all but the closing, for descriptors that another
 * library will close.
 *
 *   returns  0
 *   raises   gt_close: GT_OS_ERROR; whatever the system said, the descriptor
 *            is closed
 *   rules    IO-2
 */
GTI_PUBLIC GT_MAY_RAISE int gt_close(int fd);
GTI_PUBLIC void gt_forget_fd(int fd);

/*
 * Waits for a signal. From the first wait on, the signal no longer has its
 * former effect, until gt_shutdown. Each one that arrives wakes the thread
 * that waits longest, or is kept for the next wait; none is lost. A handler
 * that the program installs meanwhile has the signal until the next wait, and
 * stays if gt_shutdown comes first.
 *
 *   signum   as for sigaction(2); one hub at a time may wait for it. SIGABRT
 *            can be waited for, but abort(3) ends the process all the same.
 *   returns  `signum`
 *   raises   GT_OS_ERROR: EINVAL for a signal that cannot be caught or that a
 *            fault sends (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS),
 *            EBUSY if another hub waits for it; what is thrown into the caller
 *   rules    SIG-1 SIG-2 SIG-3 KILL-10 SCHED-6 WAIT-6
 */
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE int gt_wait_signal(int signum);

GTI_END_C

#endif
