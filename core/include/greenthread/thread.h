/*
 * Green threads: spawn, wait, link, kill, cancel, and ask about a thread.
 *
 * A handle belongs to the hub (the scheduler) of the OS thread that spawned
 * it. NULL, a released handle, and a handle of another hub are programming
 * errors in every call here: they end the process with one line that names
 * the call (ERR-1, REF-1). A handle is released when the last reference is
 * given back, even if the thread still lives. A handle that is borrowed until
 * the thread is dead needs no reference (REF-2). gt_shutdown releases all
 * handles of its hub.
 */
#ifndef GREENTHREAD_THREAD_H
#define GREENTHREAD_THREAD_H

#include <greenthread/base.h>

GTI_BEGIN_C

/*
 * A function that gt_link has called when a thread has finished.
 *
 *   thread   borrowed until it is dead
 *   arg      as given to gt_link
 *   rules    LINK-1 REF-2
 */
typedef void gt_link_function(gt_thread *thread, void *arg);

/*
 * What a thread does now; gt_get_state tells it.
 */
typedef enum gt_state {
    GT_NEW,      /* its function has not started */
    GT_READY,    /* started, can run now, another runs */
    GT_RUNNING,  /* the one that runs */
    GT_BLOCKED,  /* waits for something */
    GT_FINISHED, /* the result is published, links still run */
    GT_DEAD      /* all links have run */
} gt_state;

/*
 * Options of gt_spawn_with. A field that is zero asks for the default.
 *
 *   rules    STACK-5 SPAWN-8
 */
typedef struct gt_spawn_options {
    const char *name;  /* copied; shown in reports; NULL: none */
    size_t stack_size; /* bytes that the function may use; rounded up to whole
                          pages, a large one by up to a 32nd, and to at least
                          the smallest usable stack;
                          advisory where the backend cannot set it */
    int64_t delay_ns;  /* as for gt_spawn_after */
} gt_spawn_options;

/*
 * Makes a thread that runs fn(arg). It starts in the next iteration of the
 * hub, after everything that is scheduled already.
 *
 *   fn       not NULL; never runs if the thread is killed before it starts
 *   arg      handed to `fn`; the library never reads it, so it may be NULL. If a
 *            kill may come first, a link (gt_link) has to free what it owns
 *   returns  a handle with one reference, which the caller owns and gives back
 *            with gt_unref; NULL: nothing was scheduled
 *   errors   ENOMEM: memory is exhausted
 *   misuse   `fn` is NULL
 *   rules    SPAWN-1 SPAWN-2 SPAWN-3 SPAWN-4 SPAWN-7 SPAWN-9
 */
GTI_PUBLIC gt_thread *gt_spawn(gt_function *fn, void *arg);

/*
 * Makes a thread without a result. It costs less than one of gt_spawn and
 * cannot be waited for or linked. An exception that leaves `fn` is reported at
 * once.
 *
 *   fn       not NULL; its result is dropped
 *   arg      handed to `fn`; the library never reads it, so it may be NULL
 *   returns  a handle to kill or to cancel the thread by. The caller borrows it
 *            until the thread is dead; gt_ref keeps it longer. NULL: nothing
 *            was scheduled
 *   errors   ENOMEM: memory is exhausted
 *   misuse   `fn` is NULL
 *   rules    SPAWN-1 SPAWN-2 SPAWN-5 SPAWN-6 SPAWN-9 REF-2
 */
GTI_PUBLIC gt_thread *gt_spawn_n(gt_function *fn, void *arg);

/*
 * Makes a thread that starts after a delay. It is like gt_spawn otherwise.
 *
 *   delay_ns  nanoseconds from now; the thread starts no sooner. 0 or less:
 *             exactly gt_spawn. GT_FOREVER: the thread never starts, but it can
 *             be waited for and cancelled
 *   fn        not NULL
 *   arg       handed to `fn`; the library never reads it, so it may be NULL
 *   returns   a handle with one reference, which the caller owns and gives back
 *             with gt_unref; NULL: nothing was scheduled
 *   errors    ENOMEM: memory is exhausted
 *   misuse    `fn` is NULL
 *   rules     SPAWN-1 SPAWN-8 SPAWN-9 CANCEL-4 TIME-1
 */
GTI_PUBLIC gt_thread *gt_spawn_after(int64_t delay_ns, gt_function *fn, void *arg);

/*
 * Makes a thread with a name, a stack size or a delay. It is like gt_spawn
 * otherwise.
 *
 *   options  borrowed for the call; NULL: all defaults
 *   fn       not NULL
 *   arg      handed to `fn`; the library never reads it, so it may be NULL
 *   returns  a handle with one reference, which the caller owns and gives back
 *            with gt_unref; NULL: nothing was scheduled
 *   errors   ENOMEM: memory is exhausted. EINVAL: the stack size is larger than
 *            a quarter of the address space
 *   misuse   `fn` is NULL
 *   rules    SPAWN-1 SPAWN-2 SPAWN-8 SPAWN-9 STACK-5
 */
GTI_PUBLIC gt_thread *gt_spawn_with(const gt_spawn_options *options, gt_function *fn, void *arg);

/*
 * Waits until a thread has finished and returns its function's result. Any
 * number of threads may wait for the same thread, any number of times.
 *
 *   thread   borrowed; made neither by gt_spawn_n nor main
 *   returns  what the function returned, owned as that function documents
 *   raises   the exception that left the function, every time; GT_DEADLOCK if
 *            the thread waits for itself, or in main if nothing can ever wake
 *            it; whatever is thrown into the caller while it waits
 *   blocks   until the thread has finished; returns without a yield if it has
 *   misuse   a handle that is NULL, released or of another hub; a thread of
 *            gt_spawn_n; main
 *   rules    WAIT-1 WAIT-2 WAIT-3 WAIT-4 WAIT-5 WAIT-6
 */
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE void *gt_wait(gt_thread *thread);

/*
 * Waits until a thread has finished and stores its result or its exception.
 * Unlike gt_wait, it tells an exception of the thread from one that is thrown
 * into the caller: the first is stored, only the second is raised.
 *
 *   thread     borrowed; made neither by gt_spawn_n nor main
 *   result     where the function's result is put; NULL: it is dropped
 *   exception  where the exception that left the function is put; NULL: it is
 *              dropped. Its message and value belong to the raiser
 *   returns    true: the function returned, and *exception is unchanged; false:
 *              it raised, and *result is unchanged
 *   raises     GT_DEADLOCK if the thread waits for itself, or in main if nothing
 *              can ever wake it; whatever is thrown into the caller while it
 *              waits
 *   blocks     until the thread has finished; returns without a yield if it has
 *   misuse     a handle that is NULL, released or of another hub; a thread of
 *              gt_spawn_n; main
 *   rules      WAIT-1 WAIT-3 WAIT-4 WAIT-5 WAIT-6
 */
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE bool gt_join(gt_thread *thread, void **result,
                                                  gt_exception *exception);

/*
 * Throws an exception into a thread. The thread raises it from the call that it
 * is blocked in, before gt_kill returns and before any other ready thread runs;
 * SCHED-11 has the exception. A thread in a shield raises it at the end of the
 * shield, and gt_kill does not wait for that. Nor does it wait for a cleanup
 * that blocks: use gt_kill_wait instead of gt_kill, or gt_join after it. A
 * second kill, also by gt_kill_wait, interrupts the cleanup (KILL-7). A thread
 * that has not started finishes with the exception and never runs its function.
 * The caller goes to the tail of the ready threads. A dead thread is left
 * alone, without a yield.
 *
 * A raise is a longjmp: it does not clean up the foreign frames that it
 * passes, such as those of a C library that holds a lock over a callback, and
 * it runs no C++ destructors. Use GT_DEFER in your own frames, and gt_try or a
 * shield where such frames begin.
 *
 *   thread     borrowed; the caller's own thread: raises here, or at the end of
 *              its shield
 *   exception  copied; its kind is not NULL. NULL: GT_EXIT
 *   raises     the exception itself, if the thread is the caller's own;
 *              whatever is thrown into the caller while it yields
 *   blocks     for one turn of the ready threads; does not yield for a dead
 *              thread, nor for the caller's own
 *   misuse     a handle that is NULL, released or of another hub; an exception
 *              whose kind is NULL
 *   rules      KILL-1 KILL-2 KILL-3 KILL-4 KILL-5 KILL-6 KILL-7 KILL-8 KILL-9
 *              KILL-10 KILL-11 LINK-7 SCHED-11
 */
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE void gt_kill(gt_thread *thread, const gt_exception *exception);

/*
 * Kills a thread, as gt_kill does, and waits until it is dead. Then its cleanup
 * is done and its links have run. The exception that it finished with is not
 * raised here. If the thread was killed before and is in its cleanup or a link,
 * this kill interrupts that (KILL-7, LINK-7); to wait without a kill, use
 * gt_join.
 *
 *   thread     borrowed; not main; one of gt_spawn_n is allowed
 *   exception  copied; its kind is not NULL. NULL: GT_EXIT
 *   raises     the exception itself, if the thread is the caller's own, or
 *              GT_DEADLOCK if it is and is in a shield; GT_DEADLOCK in main if
 *              nothing can ever wake it; whatever is thrown into the caller
 *              while it waits
 *   blocks     until the thread is dead; does not yield if it is
 *   misuse     a handle that is NULL, released or of another hub; main; an
 *              exception whose kind is NULL
 *   rules      KILL-6 WAIT-6 and those of gt_kill
 */
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE void gt_kill_wait(gt_thread *thread,
                                                       const gt_exception *exception);

/*
 * Kills several threads before anything else runs. Each is killed as gt_kill
 * does it, in array order. All handles are checked before the first is killed.
 * The array is read before the first victim runs, so cleanups and links may
 * change it and give handles back. Like gt_kill it does not wait for cleanups
 * that block.
 *
 *   threads    an array of `n` borrowed handles; dead threads and duplicates
 *              are passed over. If the caller is among them, it raises when it
 *              resumes. NULL only if `n` is 0
 *   n          number of handles; may be 0
 *   exception  copied, the same for all; its kind is not NULL. NULL: GT_EXIT
 *   raises     the exception itself, if the caller is among the threads;
 *              whatever is thrown into the caller while it yields
 *   blocks     for one turn of the ready threads; does not yield if all threads
 *              are dead or `n` is 0
 *   misuse     the array is NULL and `n` is not 0; a handle that is NULL,
 *              released or of another hub; an exception whose kind is NULL
 *   rules      KILL-12 and those of gt_kill
 */
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE void gt_kill_all(gt_thread *const threads[], size_t n,
                                                      const gt_exception *exception);

/*
 * Kills a thread that has not started. A thread that has started, or has
 * finished, is left alone.
 *
 *   thread     borrowed
 *   exception  copied; waiting for the thread raises it from now on. Its kind is
 *              not NULL. NULL: GT_EXIT
 *   raises     whatever is thrown into the caller while it yields
 *   blocks     for one turn of the ready threads; does not yield if the thread
 *              has started
 *   misuse     a handle that is NULL, released or of another hub; an exception
 *              whose kind is NULL, for a thread that has not started
 *   rules      CANCEL-1 CANCEL-2 CANCEL-3 CANCEL-4 KILL-2 KILL-4
 */
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE void gt_cancel(gt_thread *thread,
                                                    const gt_exception *exception);

/*
 * Has fn(thread, arg) called once when a thread has finished, also if it was
 * killed before it started. The call is made in the context of that thread,
 * after the links that were made before. If the thread is dead already, gt_link
 * calls the function itself, before it returns.
 *
 * `fn` may give back the last reference to `thread` with gt_unref. In a link the
 * handle stays good until the thread is dead, that is until all its links have
 * run (REF-2). If gt_link calls `fn` itself, gt_unref releases the handle at
 * once, and neither `fn` nor the caller of gt_link may use it afterwards. In
 * both cases an exception that no wait has delivered is reported when the handle
 * is released (SPAWN-7).
 *
 *   thread   borrowed; made neither by gt_spawn_n nor main
 *   fn       not NULL; may block. What it raises is reported, or goes to the
 *            caller of gt_link if gt_link calls it
 *   arg      handed to `fn`; the library never reads it, so it may be NULL
 *   returns  0; -1: nothing was linked
 *   errors   ENOMEM: memory is exhausted
 *   raises   what `fn` raises, for a dead thread only
 *   blocks   as `fn` does, for a dead thread only
 *   misuse   `fn` is NULL; a handle that is NULL, released or of another hub; a
 *            thread of gt_spawn_n; main
 *   rules    LINK-1 LINK-2 LINK-3 LINK-4 LINK-6 LINK-7 REF-2 SPAWN-7
 */
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE int gt_link(gt_thread *thread, gt_link_function *fn,
                                                 void *arg);

/*
 * Takes back the oldest link with the same function and argument.
 *
 *   thread   borrowed
 *   fn       as given to gt_link
 *   arg      as given to gt_link
 *   returns  true: the function will not be called; false: there is no such
 *            link, or it has run
 *   misuse   a handle that is NULL, released or of another hub
 *   rules    LINK-5
 */
GTI_PUBLIC bool gt_unlink(gt_thread *thread, gt_link_function *fn, void *arg);

/*
 * Takes or gives back a reference to a thread. A thread runs on without
 * references, but its handle is released then. When the last reference goes,
 * or the process ends, an exception is reported that the thread raised and
 * that no wait has delivered.
 *
 *   thread   borrowed
 *   returns  gt_ref: `thread`, with one more reference, which the caller owns
 *   misuse   a handle that is NULL, released or of another hub; gt_unref: no
 *            reference is left to give back
 *   rules    REF-1 REF-2 SPAWN-7 SHUT-4
 */
GTI_PUBLIC gt_thread *gt_ref(gt_thread *thread);
GTI_PUBLIC void gt_unref(gt_thread *thread);

/*
 * Returns the calling thread.
 *
 *   returns  a handle that is borrowed until the thread is dead, which the
 *            caller may pass on. On the OS thread's own stack it is the handle of
 *            the main green thread
 *   rules    REF-2
 */
GTI_PUBLIC gt_thread *gt_self(void);

/*
 * Returns what a thread does now. While the delay of gt_spawn_after runs, it is
 * GT_NEW.
 *
 *   thread   borrowed
 *   returns  one of the constants of gt_state
 *   misuse   a handle that is NULL, released or of another hub
 *   rules    REF-1
 */
GTI_PUBLIC gt_state gt_get_state(const gt_thread *thread);

/*
 * Sets or tells a thread's name. Reports and debuggers show it. Main is called
 * "main" at first.
 *
 *   thread   borrowed
 *   name     copied; NULL: no name. The old name stays if memory is exhausted
 *   returns  gt_get_name: borrowed until the next gt_set_name or until the
 *            handle is released; "" if the thread has no name
 *   misuse   a handle that is NULL, released or of another hub
 *   rules    REF-1
 */
GTI_PUBLIC void gt_set_name(gt_thread *thread, const char *name);
GTI_PUBLIC const char *gt_get_name(const gt_thread *thread);

/*
 * Returns a thread's number. No other thread of the hub has or had the same.
 *
 *   thread   borrowed
 *   returns  0 for main, n for the n-th thread that the hub spawned
 *   misuse   a handle that is NULL, released or of another hub
 *   rules    REF-1
 */
GTI_PUBLIC uint64_t gt_get_number(const gt_thread *thread);

/*
 * Tells how much of its stack a thread has used at most so far. The figure
 * helps to choose `stack_size` of gt_spawn_options. It is the distance from the
 * top of the stack to the lowest word that was ever written with something
 * other than zeros. It misses what a frame left unwritten at its low end, so
 * leave some room, and 16 KiB for signals and reports.
 *
 * Stacks are used again. Unless gt_testing_measure_stacks was on when the
 * thread started, what earlier threads left on its stack counts too: the result
 * may be larger than the thread's own use.
 *
 * The call reads the unused part of the stack, which takes some microseconds
 * for the default size. The source tree of greenthread has a program that
 * measures its threads: docs/examples/stack_size.c.
 *
 *   thread   borrowed; best asked by the thread itself at its end, or in a link
 *   returns  bytes; 0: the thread has not started, is dead, or is main; or the
 *            stack is the system's (backend "threads"), and the system does not
 *            tell where it is (Linux does)
 *   misuse   a handle that is NULL, released or of another hub
 *   rules    STACK-2
 */
GTI_PUBLIC size_t gt_stack_usage(const gt_thread *thread);

/*
 * Lets the other ready threads run first. The caller goes to the tail of the
 * ready threads.
 *
 *   raises   whatever is thrown into the caller
 *   blocks   for one turn of the ready threads
 *   rules    SLEEP-2 SCHED-2 SCHED-4
 */
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE void gt_yield(void);

/*
 * Waits until no other thread lives. A thread of gt_spawn_after whose delay
 * still runs counts as one that lives.
 *
 *   raises   GT_DEADLOCK if the threads that live can never run again; whatever
 *            is thrown into main
 *   blocks   until all other threads are dead; returns without a yield if none
 *            lives
 *   misuse   a call from another thread than main
 *   rules    RUN-1 WAIT-6
 */
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE void gt_run(void);

/*
 * Ends the hub of this OS thread. In each of at most GT_SHUTDOWN_ROUNDS rounds,
 * all threads that live are killed in spawn order with GT_EXIT and may finish,
 * for at most GT_SHUTDOWN_GRACE_NS; so the next round interrupts a cleanup that
 * takes longer. A thread that lives after the last round is reported and
 * abandoned: its stack is freed and its cleanups do not run. All handles are
 * released, main's timeouts are stopped, and kills of main that arrive
 * meanwhile are dropped. The next call that needs a hub makes a new one.
 * Without a hub the call has no effect. A return from main, or exit(3), without
 * this call unwinds no other thread (MAIN-2).
 *
 * A call from another thread than main, or in the report function, ends
 * nothing and says so in one line on standard error, so gt_shutdown may be
 * given to atexit(3).
 *
 *   blocks   until the threads are dead or all rounds are over
 *   rules    SHUT-1 SHUT-3 FORK-1
 */
GTI_PUBLIC GT_MAY_BLOCK void gt_shutdown(void);

/*
 * Limits of gt_shutdown: how many rounds of kills, and nanoseconds a round.
 *
 *   rules    SHUT-1
 */
#define GT_SHUTDOWN_ROUNDS 3
#define GT_SHUTDOWN_GRACE_NS INT64_C(1000000000)

GTI_END_C

#endif
