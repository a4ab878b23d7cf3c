/*
 * Exceptions: values that leave functions until a try catches them.
 *
 *     gt_exception e;
 *     GT_TRY { fetch(url); }
 *     GT_CATCH(&GT_TIMEOUT, e) { complain(&e); }
 *     GT_END_TRY;
 *
 *     bool ok = gt_try(fetch, url, &e);     the same without macros
 *
 *     GT_DEFER(free, buffer);               runs however the scope is left
 *
 * A raise is a longjmp within one stack, in the way of Lua and PostgreSQL.
 * What that means for the caller of a try:
 *
 *   - A local variable that is changed inside GT_TRY and read after it must be
 *     volatile, or the compiler may give its old value. So must one that is
 *     changed through a pointer which was first taken inside. gt_try and
 *     GT_DEFER have no such trap.
 *   - Frames of other libraries that a raise passes are not cleaned up, and no
 *     C++ destructor runs. C++ handlers that the raise leaves end (EXC-7).
 */
#ifndef GREENTHREAD_EXCEPTION_H
#define GREENTHREAD_EXCEPTION_H

#include <greenthread/base.h>
#include <setjmp.h>

GTI_BEGIN_C

/*
 * A kind of exception: a static object, compared by address. Kinds form a
 * tree. A program's own kinds derive from GT_ERROR or from each other.
 *
 *   rules    EXC-2
 */
typedef struct gt_kind {
    const char *name;
    const struct gt_kind *parent; /* NULL: a root */
} gt_kind;

/*
 * An exception: what is raised, caught, and handed on by value. The library
 * copies the fields and frees nothing that they point to.
 *
 * The message of an exception that the library raises by itself is not NULL; for
 * GT_OS_ERROR it is the text of strerror(3). What the program raises or throws
 * into a thread has the message that the program gave, and may have none. A kill
 * that names no exception throws a GT_EXIT without a message.
 *
 *   rules    EXC-1 EXC-2 SPAWN-6
 */
struct gt_exception {
    const gt_kind *kind;
    int code;            /* errno for GT_OS_ERROR, else the raiser's */
    const char *message; /* static, or NULL */
    void *value;         /* the raiser's */
    const char *file, *function;
    int line; /* origin, filled in by gt_raise when empty; of a GT_TIMEOUT, which has
                 no file, a number of the library's */
};

/*
 * The kinds of exceptions. All but GT_CLOSED are raised by the library itself.
 * The message of a GT_OS_ERROR, GT_NO_MEMORY, GT_TIMEOUT or GT_DEADLOCK that the
 * library raises is never NULL.
 *
 *   rules    EXC-2 EXC-6 KILL-3 WAIT-6
 */
GTI_PUBLIC extern const gt_kind GT_EXIT;     /* a root: a thread is asked to end; never reported */
GTI_PUBLIC extern const gt_kind GT_ERROR;    /* a root: everything that went wrong */
GTI_PUBLIC extern const gt_kind GT_OS_ERROR; /* of GT_ERROR: code is the system's errno */
GTI_PUBLIC extern const gt_kind GT_TIMEOUT;  /* a root: a gt_timeout passed; value is the timeout */
GTI_PUBLIC extern const gt_kind GT_DEADLOCK; /* of GT_ERROR: the wait could never end */
GTI_PUBLIC extern const gt_kind GT_NO_MEMORY; /* of GT_ERROR: memory or OS threads are exhausted */
GTI_PUBLIC extern const gt_kind GT_CLOSED;    /* of GT_ERROR: the program's; no call raises it */

/*
 * Raises a copy of an exception. The cleanups recorded since the innermost try
 * run, newest first, and then its catch is entered. Without a try the thread
 * finishes with the exception; in main the process ends. An exception that has
 * an origin keeps it, so one that was caught can be raised again.
 *
 *   usage      _Noreturn void gt_raise(const gt_exception *exception)
 *   exception  copied; neither it nor its kind is NULL
 *   raises     the exception, or what a cleanup raises instead; never returns
 *   misuse     the exception or its kind is NULL
 *   rules      EXC-1 EXC-2 EXC-3 EXC-5 SPAWN-6
 */
#define gt_raise(exception) gti_raise_at((exception), __FILE__, __func__, __LINE__)

/*
 * Tells whether an exception is of a kind or of a descendant of it.
 *
 *   exception  borrowed; not NULL
 *   kind       not NULL
 *   returns    true: the exception's kind is `kind` or derives from it
 *   misuse     the exception or the kind is NULL
 *   rules      EXC-2
 */
GTI_PUBLIC bool gt_exception_is(const gt_exception *exception, const gt_kind *kind);

/*
 * Calls fn(arg) and catches whatever it raises.
 *
 *   fn         not NULL; may block if the caller may
 *   arg        handed to `fn`; the library never reads it, so it may be NULL
 *   exception  where what `fn` raised is put; NULL: it is dropped
 *   returns    true: `fn` returned, and *exception is unchanged; false: it raised
 *   blocks     as `fn` does
 *   misuse     `fn` is NULL; `fn` returns with a cleanup or a timeout in its
 *              frame
 *   rules      EXC-1 EXC-2 EXC-8
 */
GTI_PUBLIC GT_MAY_BLOCK bool gt_try(void (*fn)(void *), void *arg, gt_exception *exception);

/*
 * A record of something to do when a scope is left. It is in the frame of that
 * scope, and its fields are the library's. gt_cleanup_push and gt_cleanup_pop
 * use it.
 *
 *   usage    typedef struct gt_cleanup gt_cleanup
 *   rules    EXC-1 EXC-4
 */
typedef struct gt_cleanup {
    struct gt_cleanup *previous; /* on the chain of its thread, newest first */
    void (*fn)(void *);          /* NULL: a try, see struct gti_try */
    void *arg;
    unsigned shields; /* how many are around it: a raise that gets here has left the others */
    struct gt_cleanup *newer; /* the next one on the chain; not valid in the newest */
} gt_cleanup;

/*
 * Records something to do when a scope is left, or takes the record back. A
 * raise that leaves the scope calls fn(arg). GT_DEFER makes both calls where
 * the compiler has the cleanup attribute.
 *
 *   record   not NULL; the caller's, in the frame of the scope. The caller leaves
 *            it alone between push and pop
 *   fn       not NULL; called with `arg` by a raise that passes, or by pop
 *   arg      handed to `fn`; the library never reads it, so it may be NULL
 *   run      true: pop calls fn(arg); false: pop only forgets the record
 *   raises   gt_cleanup_pop: what `fn` raises
 *   blocks   gt_cleanup_pop: as `fn` does, if `run` is true. `fn` may also block while
 *            a raise or a kill runs it (KILL-6)
 *   misuse   `fn` is NULL; gt_cleanup_pop: the record is not the thread's newest
 *   rules    EXC-1 EXC-3 EXC-4 EXC-8
 */
GTI_PUBLIC void gt_cleanup_push(gt_cleanup *record, void (*fn)(void *), void *arg);
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE void gt_cleanup_pop(gt_cleanup *record, bool run);

/*
 * Begins or ends a shield, which holds back kills and timeouts of the calling
 * thread. The errors of a call itself are not held back. At the end of the
 * outermost shield one exception is raised: a kill before a timeout, the first
 * of several kills. Shields nest, 254 at most. A raise that leaves a shield ends
 * it: cleanups on the way and the try that catches it are in the shields that
 * they were recorded in.
 *
 *   raises   gt_shield_end: the kill or the timeout that was held back
 *   misuse   gt_shield_begin: more than 254 shields are nested; gt_shield_end:
 *            there is no shield
 *   rules    KILL-11
 */
GTI_PUBLIC void gt_shield_begin(void);
GTI_PUBLIC GT_MAY_RAISE void gt_shield_end(void);

/*
 * What the macros are made of; of no use on its own.
 */
typedef struct gti_try {
    gt_cleanup link;        /* on the chain while the body runs; fn is NULL */
    bool on_chain;          /* body running: leaving the scope takes it off */
    bool reports;           /* the library's own: what it catches is reported */
    uintptr_t handled[3];   /* by C++ when it began; restored when it catches */
    gt_exception exception; /* valid once it has caught */
    jmp_buf jump;
} gti_try;

GTI_PUBLIC void gti_try_enter(gti_try *frame);
GTI_PUBLIC void gti_try_leave(gti_try *frame);
GTI_PUBLIC bool gti_try_catch(const gti_try *frame, const gt_kind *kind, gt_exception *exception);
GTI_PUBLIC void gti_defer_leave(gt_cleanup *record);
GTI_NORETURN GTI_PUBLIC void gti_raise_at(const gt_exception *exception, const char *file,
                                          const char *function, int line);

#if defined __GNUC__

#define GTI_PASTE_(a, b) a##b
#define GTI_PASTE(a, b) GTI_PASTE_(a, b)

/*
 * Catches exceptions of a block by kind. GT_TRY { body } is followed by any
 * number of GT_CATCH(kind, e) { }, at most one GT_CATCH_ALL(e) { }, and
 * GT_END_TRY. The first catch that matches runs. An exception that no catch
 * matches goes on outward. There is no hidden loop: break, continue, return and
 * goto mean what they mean outside, and leave the try.
 *
 * A local variable that is changed inside GT_TRY, or through a pointer that was
 * first taken inside, and is read in a catch or after the try, must be
 * volatile. Compilers do not warn of it reliably. With gt_try there is no such
 * trap. The macros need a compiler with the cleanup attribute (gcc, clang);
 * gt_try needs none.
 *
 *   usage    GT_TRY { ... }
 *            GT_CATCH(kind, e) { ... }
 *            GT_CATCH_ALL(e) { ... }
 *            GT_END_TRY
 *   kind     a pointer to the gt_kind to catch, with its descendants; not NULL
 *   e        a gt_exception variable that is declared before; the exception is
 *            put there
 *   raises   what no catch matches, and what a catch raises
 *   blocks   as the body and the catches do
 *   misuse   the body is left with a cleanup record or a timeout in it
 *   rules    EXC-1 EXC-2 EXC-4 EXC-8
 */
#define GT_TRY                                                                                     \
    {                                                                                              \
        gti_try gti_frame __attribute__((cleanup(gti_try_leave)));                                 \
        gti_try_enter(&gti_frame);                                                                 \
        if (GTI_SETJMP(gti_frame.jump) == 0)
#define GT_CATCH(kind, e) else if (gti_try_catch(&gti_frame, (kind), &(e)))
#define GT_CATCH_ALL(e) else if (gti_try_catch(&gti_frame, NULL, &(e)))
#define GT_END_TRY                                                                                 \
    else gti_raise_at(&gti_frame.exception, NULL, NULL, 0);                                        \
    }                                                                                              \
    (void)0

/*
 * Has fn(arg) called at the end of the scope, however the scope is left. Needs a
 * compiler with the cleanup attribute (gcc, clang). A source line has at most
 * one GT_DEFER.
 *
 *   usage    GT_DEFER(void (*fn)(void *), void *arg)
 *   fn       not NULL; runs at the end of the scope, or when a raise leaves it
 *   arg      evaluated now; handed to `fn`; the library never reads it
 *   raises   what `fn` raises, at the end of the scope
 *   blocks   as `fn` does, at the end of the scope
 *   misuse   `fn` is NULL; at the end of the scope a newer cleanup record is
 *            still there
 *   rules    EXC-3 EXC-4
 */
#define GT_DEFER(fn, arg) GTI_DEFER_(GTI_PASTE(gti_defer_, __LINE__), fn, arg)
#define GTI_DEFER_(record, fn, arg)                                                                \
    gt_cleanup record __attribute__((cleanup(gti_defer_leave)));                                   \
    gt_cleanup_push(&record, (fn), (arg))

#endif

GTI_END_C

#endif
