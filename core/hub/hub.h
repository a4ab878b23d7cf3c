/*
 * The data of the runtime: a hub, its threads, and how they are connected.
 *
 * A hub is the scheduler of one OS thread. Laws:
 *
 *   - Exactly one thread of a hub runs; `current` points to it.
 *   - A thread that can run but does not run is in the run queue or on the run-next list, once.
 *   - A blocked thread is on no list of the scheduler. Whatever will wake it holds its token. The
 *     wake makes the token stale, so each park ends once (SCHED-5).
 *   - Records of waiting (waiters, timers, tries) are in the frame of the waiting thread. The
 *     thread takes them back itself when it resumes.
 */
#ifndef GTI_HUB_H
#define GTI_HUB_H

#include "compat/cxx.h"
#include "compat/poller.h"
#include "core/backend.h"
#include "core/base/slab.h"
#include "core/base/stacks.h"
#include "core/base/started.h"
#include "core/base/timers.h"
#include "core/base/wait_queue.h"
#include <greenthread.h>
#include <gti_limits.h>
#include <limits.h>

typedef struct gti_hub gti_hub;

/* A call fn(thread, arg) for when its thread ends; in the thread's circle of links. */
typedef struct gti_link {
    struct gti_link *next, *previous;
    gt_link_function *fn;
    void *arg;
    gt_thread *
        thread; /* this field and those below are valid only while the link is in its hub's tree; */
    struct gti_link *left, *right; /* see link_tree.c */
    uint64_t number;
} gti_link;

/* A gt_exception without padding. */
typedef struct gti_outcome {
    const gt_kind *kind;
    const char *message;
    void *value;
    const char *file, *function;
    int code, line;
} gti_outcome;

static inline gti_outcome gti_outcome_of(const gt_exception *e)
{
    return (gti_outcome){e->kind, e->message, e->value, e->file, e->function, e->code, e->line};
}

static inline gt_exception gti_exception_of(const gti_outcome *o)
{
    return (gt_exception){.kind = o->kind,
                          .code = o->code,
                          .message = o->message,
                          .value = o->value,
                          .file = o->file,
                          .function = o->function,
                          .line = o->line};
}

/* Holds a kill of a running link; in the frame of the function that calls the link. */
typedef struct gti_late {
    gti_outcome exception;
    gt_thread *previous_to_run; /* as in gt_thread, where `late` uses its place then */
} gti_late;

/* What a blocked thread waits for, for reports; in the thread's frame, or static. */
typedef struct gti_wait {
    const char *call;
    gt_thread *thread; /* the thread whose end it waits for; NULL: it waits for something else */
} gti_wait;

/* Where an exception was raised that no try of the user encloses. */
typedef struct gti_backtrace_record {
    size_t n;
    void *addresses[32];
} gti_backtrace_record;

/*
 * How a thread is woken, and how it comes to raise what others throw at it. A kill, a timeout or a
 * deadlock only makes something pending. The thread raises it itself, after its park has ended.
 *
 *   field           set                                     cleared
 *   --------------  --------------------------------------  -------------------------------------
 *   token           counted up whenever a park ends:        never
 *                   gti_unpark, gti_interrupt
 *   waits_for       gti_park                                gti_unpark, gti_interrupt
 *   GTI_KILLED      gti_make_pending, for a kill, unless    gti_deliver_pending, which raises the
 *                   it is set; `exception` or *late holds   kill; the end of the function, and of
 *                   what to raise                           a link
 *   fired           the timer of a timeout; a timeout       gti_timeout_raise, which raises the
 *                   that starts with no time left           first; a timeout that is stopped or
 *                                                           started again leaves the list
 *   GTI_DEADLOCKED  gti_deadlock, in main only, and not     gti_deliver_pending, which raises
 *                   in gt_shutdown                          GT_DEADLOCK
 *   GTI_INTERRUPTED gti_interrupt: a kill of a thread that  gti_deliver_pending, which raises what
 *                   has started and has no shield; a        is pending; the end of the function,
 *                   timeout that fires in a park without    and of a link; gt_shutdown after a
 *                   a shield; a deadlock; gti_pass_over.    round
 *                   Also, where the caller delivers next:
 *                   gt_shield_end, kill_all
 *
 *   - A waker names a park by its thread and token. It checks the token, and nothing else: a token
 *     that differs means that the park has ended, so the waker does nothing. gti_unpark makes the
 *     thread ready.
 *   - gti_interrupt ends a park without making the thread ready. Its caller puts the thread on the
 *     run-next list or in the run queue.
 *   - A timeout that fires interrupts only a thread with `waits_for` set. If another waker ended
 *     the park first, that wake wins, and the timeout is raised in the next park (EXC-6).
 *   - What is pending is held back while `shields` is not 0. A thread that has something to raise
 *     (gti_must_raise) does not park: gti_pass_over interrupts it at once.
 *   - After a park the thread takes back what it registered. Then it calls gti_deliver, which tests
 *     GTI_INTERRUPTED only. One call raises one thing, in this order: the deadlock, the kill, the
 *     first timeout.
 */
enum {
    GTI_UNSTARTED = 1,    /* has no context yet; `stack_size` is valid, not `stack` */
    GTI_DELAYED = 2,      /* `delay` is set, not `exception` */
    GTI_SPAWN_N = 4,      /* made by gt_spawn_n: cannot be waited for */
    GTI_RUN_NEXT = 8,     /* is on the run-next list */
    GTI_KILLED = 16,      /* a kill is pending, in `exception` or in *late */
    GTI_INTERRUPTED = 32, /* its park was ended so that it raises what is pending */
    GTI_DEADLOCKED = 64,  /* GT_DEADLOCK is pending; only in main */
    GTI_RAISED = 128,     /* the outcome is `exception`; else it is `result` */
    GTI_DELIVERED = 256,  /* the outcome was delivered to a caller */
    GTI_PLACED = 512,     /* the current kill has placed it on the run-next list */
    GTI_IN_KILL = 1024,   /* it waits in gt_kill until its victims have run */
    GTI_SORTED = 2048,    /* its links are also in the tree of its hub */
    GTI_LENT = 4096,      /* the user has a handle that needs no reference (REF-2) */
    GTI_RELEASED = 8192   /* it lives, the user has no reference, and no handle was lent */
};

#define GTI_NOT_IN_RING UINT32_MAX

/* The number of a hub is from 1 to this one. */
#define GTI_MAX_HUB_NUMBER (UINT_MAX - 1)

enum {
    GTI_REPORTING = 1, /* the report function runs: blocking is forbidden */
    GTI_KILL_AT = 2,   /* a test wants a thread killed where it blocks */
    GTI_FORKED = 4,    /* a child of fork inherited this hub from its parent */
    GTI_CANARIES = 8,  /* an overflow is noticed when the stack is left */
    GTI_SEEDED = 16    /* a seed is set. Nothing tests this flag alone: it keeps block_flags from
                          being 0, so each switch goes through gti_pick, which draws the next
                          thread. The fast path takes threads in the order of the ring. */
};

/* Three cache lines: fields used by every switch; by spawn and exit; rarely. */
struct gt_thread {
    gti_context context; /* valid while it is suspended */
    gti_hub *hub;        /* NULL: the control block is free, in the slab */
    uint32_t token;      /* of the current park, or of the next one */
    uint32_t ring_index; /* its slot of the run queue, or GTI_NOT_IN_RING */
    uint32_t references; /* one of the hub's while it lives, and those of the user */
    uint16_t flags;      /* GTI_UNSTARTED ... */
    uint8_t state; /* a gt_state; also GT_READY while it runs or is blocked, and GT_FINISHED while a
                      link runs */
    uint8_t shields; /* how many shields enclose the code that runs */
    union {
        gti_stack *stack;  /* from its start to its death */
        size_t stack_size; /* of the stack that it will get; 0: the default */
    };
    gt_cleanup *chain;         /* its tries and cleanups, newest first */
    gt_timeout *fired;         /* timeouts to raise, in the order in which they fired */
    const gti_wait *waits_for; /* NULL unless it is parked and was not woken */

    union {
        gt_function *function;      /* until it starts, or is killed before that */
        gt_thread *previous_to_run; /* on the run-next list, until it has finished */
        gti_late *late;             /* after that; NULL: no link runs */
    };
    union {
        void *argument;                  /* until it starts */
        void *result;                    /* what its function returned */
        gti_backtrace_record *backtrace; /* if its function raised; NULL: not recorded */
    };
    gti_link *last_link;        /* its links, in a circle; NULL: none */
    gti_waiters waiters;        /* waiters for its end, each for the state that it awaits */
    gt_thread *next_to_run;     /* on the run-next list or the stranded list */
    gt_thread *next, *previous; /* on its hub's list of all threads */

    uint64_t number;
    char *name; /* owned; NULL: none */
    union {
        gti_timer delay;       /* of a spawn_after, until it is due or killed */
        gti_outcome exception; /* with GTI_KILLED or GTI_RAISED */
    };
};

_Static_assert(sizeof(gt_thread) <= 192, "a thread that has not started costs 192 bytes at most");

/*
 * Threads in the order in which to run them. They are linked by next_to_run; the run-next list is
 * also linked by gti_previous_to_run.
 */
typedef struct gti_thread_list {
    gt_thread *first, *last;
} gti_thread_list;

/* The threads of a hub. */
typedef struct gti_threads {
    gt_thread *first, *last;
} gti_threads;

/* Kills that follow each other before the run queue gets a turn (SCHED-11). */
typedef struct gti_relay {
    size_t head;     /* of the ring, at the first of these kills */
    uint64_t newest; /* number of the newest thread at that time */
    unsigned handed; /* kills since then that could go on without an end */
} gti_relay;

struct gti_hub {
    gt_thread *current;

    /* The run queue: positions [head, tail) of a ring with a power of two of slots. A slot is
       NULL where a thread was taken out of turn. */
    gt_thread **ring;
    size_t ring_mask, head, tail;
    size_t poll_at;           /* the head at which timers and I/O are polled next */
    gti_thread_list run_next; /* run before the ring: victims, in order */
    unsigned transfers;       /* calls in a row that did not block (SCHED-8) */
    unsigned calls;           /* I/O calls since the last poll, on the real clock (SCHED-10) */
    unsigned hurry;           /* a poll comes after GTI_POLL_AFTER >> hurry switches */
    int64_t polled_at;        /* time of the last poll, on the real clock; 0: not known */
    gti_relay relay;
    unsigned number; /* of its OS thread; objects that belong to a hub keep it; see api/hub.c */

    gti_timers timers;
    struct gti_io *io; /* made by the first wait for a descriptor */

    size_t live;         /* threads that are not dead, except main */
    gti_threads threads; /* all threads with a control block, in spawn order */
    uint64_t last_number;
    unsigned last_timeout; /* the number of the newest timeout; see raise/timeout.c */
    gti_waiters all_dead;  /* queue of main, in gt_run or gt_shutdown */

    gti_stacks stacks;
    gti_stack *reserve; /* runs the links of threads that get no stack */
    bool reserve_is_taken;
    gti_thread_list stranded; /* threads that wait for the reserve */
    gti_slab thread_slab, link_slab;
    gti_link *link_tree; /* links of threads that have many; NULL: none */
    uint64_t last_link;  /* the number of the newest link in the tree */

    bool virtual_clock;
    bool no_hub_exceptions;
    uint8_t block_flags; /* why a thread that blocks takes the slow path: GTI_REPORTING ... */
    const char *deadlocked_call; /* valid while main has GTI_DEADLOCKED */
    int64_t virtual_now;
    uint64_t random;      /* state of a seeded schedule; 0: FIFO */
    uint64_t kill_number; /* valid while GTI_KILL_AT is set: the thread to kill */
    size_t
        kill_countdown; /* the same: how many times it blocks until the kill, that time included */
    const gti_timer *grace; /* ends the round of main in gt_shutdown; else NULL */
    gt_report_function *report;
    void *report_arg;

    /* The fields below stay when the hub is emptied. */
    gt_thread main;
    gti_stack main_stack;   /* the OS thread's own; the memory, if the platform tells it, belongs to
                               the system */
    int *errno_place;       /* the errno of its OS thread */
    gti_cxx_state *cxx;     /* what a C++ runtime keeps for its OS thread */
    unsigned long process;  /* the process that made it, or the child of fork that took it over */
    gti_context terminated; /* a switch away from a context that has ended saves it here; it is
                               never resumed */
    gt_thread *small_ring[GTI_SMALL_RING];
    gti_started started;
    gti_poll_event events[GTI_EVENTS];
};

#endif
