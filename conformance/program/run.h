/*
 * Runs one case and keeps what it wrote.
 */
#ifndef RUN_H
#define RUN_H

#include "conformance.h"

/* What a case wrote and how it ended. */
typedef struct outcome {
    char *trace;     /* lines; owned */
    char *complaint; /* NULL, or why it failed whatever its trace says; owned */
} outcome;

void outcome_free(outcome *outcome);

/* A text that grows. It starts as zeros, and owns its `data`. */
typedef struct text {
    char *data;
    size_t length, room;
} text;

void text_append(text *text, const char *data, size_t length);
__attribute__((format(printf, 2, 3))) void text_printf(text *text, const char *format, ...);

/* From now on a case that gets no thread ends by a raise. */
void raise_without_threads(void);

/* Where the lines of the running case go. */
typedef void trace_sink(const char *line, void *arg);
void trace_to(trace_sink *sink, void *arg);

/*
 * Runs a case in this process, on a hub of its own, and ends the hub.
 *
 *   returns  NULL, or what was left behind; the caller owns it
 */
char *run_here(const conformance_case *c);

/* Turns on the virtual clock, and has reports written to the trace. */
void set_the_scene(void);

/* True where a case can have a process of its own. */
bool have_processes(void);

/* Runs a case in a process of its own, and kills the process after `seconds`. */
outcome run_in_process(const conformance_case *c, unsigned seconds);

#endif
