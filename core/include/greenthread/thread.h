/*
 * Green threads: spawn, wait, link, kill, cancel, and what is known of one.
 *
 * A handle belongs to the hub (the scheduler) of the OS thread that spawned
 * it. NULL, a released handle, and a handle of another hub are programming
 * errors in every call here: they end the process with one line that names
 * the call (ERR-1, REF-1). A handle is released when the last reference is
 * given back, also while its thread lives on; handles that are borrowed until
 * the thread is dead need no reference (REF-2). gt_shutdown releases all
 * handles of its hub.
 */
#ifndef GREENTHREAD_THREAD_H
#define GREENTHREAD_THREAD_H

#include <greenthread/base.h>

GTI_BEGIN_C

/* `thread` is borrowed until it is dead. */
typedef void gt_link_function(gt_thread *thread, void *arg);

typedef enum gt_state {
    GT_NEW,      /* its function has not started */
    GT_READY,    /* started, can run now, another runs */
    GT_RUNNING,  /* the one that runs */
    GT_BLOCKED,  /* waits for something */
    GT_FINISHED, /* the result is published, links still run */
    GT_DEAD      /* all links have run */
} gt_state;

/* How to spawn; a field that is zero asks for the default. */
typedef struct gt_spawn_options {
    const char *name;  /* copied; shown in reports; NULL: none */
    size_t stack_size; /* bytes that the function may use; rounded up to whole
                          pages, a large one by up to a 32nd, and to at least
                          the smallest usable stack;
                          advisory where the backend cannot set it */
    int64_t delay_ns;  /* as for gt_spawn_after */
} gt_spawn_options;

/*
 * Makes a thread that will run fn(arg) in the next iteration, after all that
 * is scheduled before it.
 *
 *   fn       not NULL
 *   arg      handed to `fn`, never looked at
 *   returns  a handle with one reference, the caller's (gt_unref it); NULL
 *            with errno ENOMEM: nothing was scheduled
 *   rules    SPAWN-1 SPAWN-2 SPAWN-3 SPAWN-4 SPAWN-7 SPAWN-9
 */
GTI_PUBLIC gt_thread *gt_spawn(gt_function *fn, void *arg);

/*
 * Like gt_spawn, for a thread whose result nobody wants: it cannot be waited
 * for or linked, and an exception that leaves `fn` is reported at once.
 *
 *   fn, arg  as for gt_spawn
 *   returns  a handle borrowed until the thread is dead (gt_ref keeps it), to
 *            kill or to cancel it by; NULL with errno ENOMEM
 *   rules    SPAWN-1 SPAWN-2 SPAWN-5 SPAWN-6 SPAWN-9
 */
GTI_PUBLIC gt_thread *gt_spawn_n(gt_function *fn, void *arg);

/*
 * Like gt_spawn, for a thread that starts no sooner than `delay_ns` from now.
 *
 *   delay_ns nanoseconds; 0 or less is exactly gt_spawn; GT_FOREVER: it
 *            starts never, but can be waited for and cancelled
 *   fn, arg  as for gt_spawn
 *   returns  as gt_spawn
 *   rules    SPAWN-8 SPAWN-9 CANCEL-4
 */
GTI_PUBLIC gt_thread *gt_spawn_after(int64_t delay_ns, gt_function *fn, void *arg);

/*
 * Like gt_spawn, with options.
 *
 *   options  read before the call returns; NULL: all defaults
 *   fn, arg  as for gt_spawn
 *   returns  as gt_spawn; NULL with errno EINVAL for a stack size larger than
 *            a quarter of the address space
 *   rules    SPAWN-1 SPAWN-2 SPAWN-8 SPAWN-9
 */
GTI_PUBLIC gt_thread *gt_spawn_with(const gt_spawn_options *options, gt_function *fn, void *arg);

/*
 * Waits until `thread` has finished and returns its function's result; at
 * once if it has.
 *
 *   thread   borrowed; neither of spawn_n nor main (ERR-1)
 *   returns  what the function returned (owned as the function says)
 *   raises   the exception that the function raised, every time; GT_DEADLOCK
 *            for oneself; whatever is thrown into the caller while it waits
 *   rules    WAIT-1 WAIT-2 WAIT-3 WAIT-4 WAIT-5 WAIT-6
 */
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE void *gt_wait(gt_thread *thread);

/*
 * Waits like gt_wait, and tells an exception of the thread from one that is
 * thrown into the caller: the first is stored, only the second raised.
 *
 *   thread     as for gt_wait
 *   result     where what the function returned is put; NULL: dropped
 *   exception  where what the function raised is put; NULL: dropped
 *   returns    true: the function returned; false: it raised. The other
 *              place is left as it was.
 *   raises     GT_DEADLOCK for oneself; whatever is thrown into the caller
 *   rules      WAIT-1 WAIT-3 WAIT-4 WAIT-5 WAIT-6
 */
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE bool gt_join(gt_thread *thread, void **result,
                                                  gt_exception *exception);

/*
 * Throws an exception into `thread`, which sees it right away, at the call
 * that it is blocked in: before this call returns, and before any other ready
 * thread runs. The caller joins the tail of the ready threads. No effect, and
 * no yield, on a dead thread.
 *
 * A raise is a longjmp: it does not run the cleanup of foreign frames that
 * it passes (a C library that holds a lock over a callback, C++ destructors).
 * Use GT_DEFER in your own frames, gt_try at such a border, or a shield.
 *
 *   thread     borrowed; oneself: raises here (in a shield: at its end)
 *   exception  copied; NULL: GT_EXIT; otherwise its kind is not NULL
 *   raises     what is thrown into the caller while it yields
 *   rules      KILL-1 KILL-2 KILL-3 KILL-4 KILL-5 KILL-6 KILL-7 KILL-8 KILL-9 KILL-10 KILL-11
 */
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE void gt_kill(gt_thread *thread, const gt_exception *exception);

/*
 * Kills `thread`, then waits until it is dead: its cleanup is done and its
 * links have run. What it finished with is not raised here.
 *
 *   thread     as for gt_kill; not main (ERR-1)
 *   exception  as for gt_kill
 *   raises     GT_DEADLOCK for oneself in a shield; what is thrown into the
 *              caller
 *   rules      KILL-6 and those of gt_kill
 */
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE void gt_kill_wait(gt_thread *thread,
                                                       const gt_exception *exception);

/*
 * Kills many: each as gt_kill does, all of them before anything else runs, in
 * array order. All handles are checked before the first is killed.
 *
 *   threads    `n` borrowed handles; dead ones and duplicates are passed over;
 *              the caller, if among them, raises when it resumes
 *   n          may be 0
 *   exception  as for gt_kill, the same for all
 *   raises     what is thrown into the caller while it yields
 *   rules      KILL-12 and those of gt_kill
 */
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE void gt_kill_all(gt_thread *const threads[], size_t n,
                                                      const gt_exception *exception);

/*
 * Kills `thread` if it has not started; otherwise nothing, without a yield.
 *
 *   thread     borrowed
 *   exception  as for gt_kill; what waiting for the thread will raise
 *   raises     what is thrown into the caller while it yields
 *   rules      CANCEL-1 CANCEL-2 CANCEL-3 CANCEL-4
 */
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE void gt_cancel(gt_thread *thread,
                                                    const gt_exception *exception);

/*
 * Has fn(thread, arg) called once when `thread` has finished, in the context
 * of that thread, after the links made before. For a dead thread: calls it
 * now, in the caller's context, before it returns.
 *
 *   thread   borrowed; neither of spawn_n nor main (ERR-1)
 *   fn       not NULL; may block; what it raises is reported, or goes to the
 *            caller of gt_link if it is called from there
 *   arg      handed to `fn`
 *   returns  0; -1 with errno ENOMEM: nothing was linked
 *   raises   what `fn` raises, for a dead thread only
 *   rules    LINK-1 LINK-2 LINK-3 LINK-4 LINK-6 LINK-7
 */
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE int gt_link(gt_thread *thread, gt_link_function *fn,
                                                 void *arg);

/*
 * Takes back the oldest link with the same function and argument.
 *
 *   thread   borrowed; fn, arg  as given to gt_link
 *   returns  true: it will not be called; false: there is none, or it ran
 *   rules    LINK-5
 */
GTI_PUBLIC bool gt_unlink(gt_thread *thread, gt_link_function *fn, void *arg);

/*
 * Takes one more reference; gt_unref gives one back. A thread runs on without
 * references, but the handle is released then. When the last one goes, or the
 * process ends, an exception that nobody was told of is reported.
 *
 *   thread   borrowed; of this hub
 *   returns  `thread`
 *   rules    REF-1 REF-2 SPAWN-7 SHUT-4
 */
GTI_PUBLIC gt_thread *gt_ref(gt_thread *thread);
GTI_PUBLIC void gt_unref(gt_thread *thread);

/*
 * The thread that calls.
 *
 *   returns  a handle borrowed until the thread is dead, which it may pass
 *            on; the main green thread's on a stack that is the OS thread's own
 *   rules    REF-2
 */
GTI_PUBLIC gt_thread *gt_self(void);

/* What `thread` (borrowed) does now. GT_NEW also while a delay runs. */
GTI_PUBLIC gt_state gt_get_state(const gt_thread *thread);

/*
 * A thread's name, for reports and debuggers. Main is called "main".
 *
 *   thread   borrowed
 *   name     copied; NULL: none. Kept as it was when memory is short.
 *   returns  gt_get_name: borrowed until the next gt_set_name; "" if none
 */
GTI_PUBLIC void gt_set_name(gt_thread *thread, const char *name);
GTI_PUBLIC const char *gt_get_name(const gt_thread *thread);

/* A number that no other thread of the hub has or had: main's is 0. */
GTI_PUBLIC uint64_t gt_get_number(const gt_thread *thread);

/*
 * How much of its stack a thread has used at most so far, for choosing
 * `stack_size`: what is between its top and the lowest word that was ever
 * written with something else than zeros. What a frame left unwritten at its
 * low end is not seen, so leave some room, and 16 KiB for signals and reports.
 *
 * Stacks are used again. Unless gt_testing_measure_stacks was on when `thread`
 * started, what earlier threads left on its stack counts too: the result is
 * an upper bound then.
 *
 * Reads the part of the stack that was not used, some microseconds for the
 * default size; costs nothing else. docs/examples/stack_size.c.
 *
 *   thread   borrowed; best asked by the thread itself at its end, or in a link
 *   returns  bytes; 0: it has not started, is dead, or is main; or the stack is
 *            the system's (backend "threads"), which tells where it is on Linux only
 *   rules    STACK-2
 */
GTI_PUBLIC size_t gt_stack_usage(const gt_thread *thread);

/*
 * Goes to the tail of the ready threads.
 *
 *   raises   what is thrown into the caller
 *   rules    SLEEP-2 SCHED-2 SCHED-4
 */
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE void gt_yield(void);

/*
 * Blocks until no other thread lives; a pending gt_spawn_after counts as one.
 * From main only (ERR-1).
 *
 *   raises   GT_DEADLOCK, if those that live can never run again; what is
 *            thrown into main
 *   rules    RUN-1 WAIT-6
 */
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE void gt_run(void);

/*
 * Ends the hub of this OS thread: kills all threads in spawn order with
 * GT_EXIT and lets them finish, for at most GT_SHUTDOWN_GRACE_NS a round;
 * what still lives is killed again, in up to GT_SHUTDOWN_ROUNDS rounds;
 * what lives then is reported and abandoned: its stack is freed and its
 * cleanups do not run. All handles are released, main's timeouts are stopped,
 * kills of main that arrive meanwhile are dropped. The next call that needs a
 * hub makes a new one. No effect without a hub. From another thread than main,
 * and in the report function, it ends nothing, and says so in a line on
 * standard error: so it may be given to atexit(3).
 *
 *   rules    SHUT-1 SHUT-3
 */
GTI_PUBLIC GT_MAY_BLOCK void gt_shutdown(void);

#define GT_SHUTDOWN_ROUNDS 3
#define GT_SHUTDOWN_GRACE_NS INT64_C(1000000000)

GTI_END_C

#endif
