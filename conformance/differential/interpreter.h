/*
 * The state of the interpreter while a program runs, and what its two halves share.
 * interpreter.c has the blocks, calls.c the calls.
 */
#ifndef DIFFERENTIAL_INTERPRETER_H
#define DIFFERENTIAL_INTERPRETER_H

#include "program.h"

enum {
    THREADS = 15,      /* that one program spawns; the rest is left out */
    STEPS = 400,       /* statements that it runs; then all bodies end */
    CALLS = 10,        /* blocks and functions inside of each other */
    DESCRIPTION = 200, /* of an exception */
};

/* What a statement knows of the blocks around it. Each is in the frame of its block. */
typedef struct scope {
    const struct scope *outer;  /* NULL: a function begins here */
    gt_timeout *timeout;        /* NULL: the block is none */
    const gt_exception *caught; /* NULL: the block is not a handler */
    intptr_t *result;           /* of the function */
    int depth;
} scope;

/* Whether the statements after this one still run. */
typedef enum flow { GOES_ON, RETURNS } flow;

typedef struct slot {
    gt_thread *thread; /* NULL: empty */
    int references;
} slot;

/* The state of one program at a time. The running thread has it to itself. */
typedef struct interpreter {
    const program *program;
    trace_function *line;
    void *line_arg;
    gt_thread *main;
    slot slots[SLOTS];
    gt_semaphore semaphores[SEMAPHORES];
    bool is_spawn_n[THREADS + 1]; /* by the thread's number */
    int spawned, steps;
} interpreter;

extern interpreter running;

/* Writes a line of the trace: the time, the thread, and the text. */
#if defined __GNUC__
__attribute__((format(printf, 1, 2)))
#endif
void say(const char *format, ...);

/* "KIND code: message". For a timeout also whose it was. */
const char *describe(const gt_exception *exception, const scope *in, char text[DESCRIPTION]);

/* Runs a body as a function of its own, `depth` calls deep. */
void run_body(int body, intptr_t *result, int depth);

/* What threads and links call. The argument is the number of the body. */
void *thread_body(void *body);
void link_body(gt_thread *thread, void *body);

/* The exception of a statement; NULL: it names none. */
const gt_exception *given_exception(const statement *s, gt_exception *e);

/* "blocked" and so on. */
const char *state_name(const gt_thread *thread);

/* How deep the calls of the running thread are, for a link that is called at once. */
extern int depth_of_link;

/* Every statement, by its name. */
typedef flow do_function(const statement *s, const scope *in);
#define OPERATION(name, arguments, parts) do_function do_##name;
#include "operations.h"
#undef OPERATION

#endif
