/*
 * What docs/semantics.md and the traces beside the cases say, as embed wrote it: all cases
 * of the suite, in the order of the document and of the files. Files are named from the
 * root of the sources. Texts are lines.
 */
#ifndef EXPECTED_H
#define EXPECTED_H

#include "conformance.h"

typedef struct expected_text {
    const char *file;
    int line; /* the first line of the text */
    const char *text;
} expected_text;

typedef struct expected_trace {
    const char *name;            /* "KILL-4.unstarted_runs_links"; NULL: the end */
    const conformance_case *run; /* NULL: it is not compiled on this platform */
    const char *absent;          /* then the reason */
    expected_text trace, program;
} expected_trace;

typedef struct expected_rule {
    const char *id; /* "KILL-4"; NULL: the end */
    expected_text rule;
} expected_rule;

extern const expected_trace expected_traces[];
extern const expected_rule expected_rules[];

#endif
