/*
 * A small green-thread program as data, and its three forms: the text of README.md, the
 * bytes of a fuzzer, and what the interpreter runs.
 */
#ifndef DIFFERENTIAL_PROGRAM_H
#define DIFFERENTIAL_PROGRAM_H

#include <greenthread.h>
#include <stdio.h>

enum {
    BODIES = 8,       /* the first is main's */
    SLOTS = 8,        /* for handles, seen by all threads */
    TARGETS = 4,      /* of one kill_all */
    SEMAPHORES = 3,   /* number n has n permits at first */
    PARTS = 3,        /* blocks of one statement */
    STATEMENTS = 600, /* of one program */
    NESTING = 6,      /* blocks inside blocks */
    KINDS = 11
};

/* Targets that are not slots. */
enum { TARGET_SELF = SLOTS, TARGET_MAIN, ALL_TARGETS };

typedef enum operation {
#define OPERATION(name, arguments, parts) OP_##name,
#include "operations.h"
#undef OPERATION
    OPERATIONS
} operation;

typedef struct operation_form {
    const char *name, *arguments;
    int parts;
} operation_form;

typedef struct statement {
    operation operation;
    int slot, body, number, kind, code; /* slot: or semaphore; kind: of gt_kind *kinds[] */
    bool has_exception;                 /* kind and code are given */
    int64_t duration_ns;
    int n_targets, targets[TARGETS];
    struct statement *parts[PARTS];
    struct statement *next;
} statement;

typedef struct program {
    unsigned long long seed, schedule;
    statement *bodies[BODIES]; /* NULL: empty */
    int used;
    statement statements[STATEMENTS];
} program;

extern const operation_form operation_forms[OPERATIONS];
extern const gt_kind *const kinds[KINDS];

/* Returns the next statement of a program, all zeros. NULL: it is full. */
statement *program_new_statement(program *program);

/* Reads the next program; false at the end. A malformed program ends the process with status 2. */
bool program_read(program *program, FILE *file);

void program_write(const program *program, FILE *file);

/* Any bytes are a program. */
void program_decode(program *program, const unsigned char *bytes, size_t n);

/* Runs it in a hub of its own. `line` gets the trace. No hub is left. */
typedef void trace_function(const char *line, void *arg);
void program_run(const program *program, trace_function *line, void *arg);

#endif
