/*
 * A case runs under the virtual clock, with reports written to its trace. It ends with
 * gt_shutdown. After that the library must hold nothing: no memory, and nothing else of
 * the system's.
 */
#include "audit.h"
#include "belongings.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static trace_sink *sink;
static void *sink_arg;

void trace_to(trace_sink *to, void *arg)
{
    sink = to;
    sink_arg = arg;
}

void trace(const char *format, ...)
{
    char line[1000];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    sink(line, sink_arg);
    if (!audit_step(line, sizeof line))
        sink(line, sink_arg);
}

void text_append(text *text, const char *data, size_t length)
{
    if (text->length + length + 1 > text->room) {
        text->room = (text->length + length + 1) * 2;
        text->data = realloc(text->data, text->room);
        if (!text->data)
            abort();
    }
    memcpy(text->data + text->length, data, length);
    text->length += length;
    text->data[text->length] = '\0';
}

void text_printf(text *text, const char *format, ...)
{
    char line[2000];
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    text_append(text, line, n < (int)sizeof line ? (size_t)n : sizeof line - 1);
}

void outcome_free(outcome *outcome)
{
    free(outcome->trace);
    free(outcome->complaint);
}

static void report_to_trace(const char *line, void *arg)
{
    (void)arg;
    if (line[0] != ' ')
        trace("report: %s", line);
}

void set_the_scene(void)
{
    gt_testing_virtual_clock();
    gt_set_report(report_to_trace, NULL);
}

char *run_here(const conformance_case *c)
{
    text complaint = {0};
    static belongings *before; /* a leak checker finds it in a child without this OS thread, too */
    before = belongings_now();
    set_the_scene();
    c->run();
    belongings_check_exec(before, &complaint);
    char wrong[200];
    if (!audit_hub(false, wrong, sizeof wrong))
        text_printf(&complaint, "after it %s\n", wrong);
    gt_shutdown();
    belongings_compare(before, &complaint);
    free(before);
    size_t left = gt_testing_live_allocations();
    if (left)
        text_printf(&complaint, "%zu allocations are left after gt_shutdown", left);
    return complaint.data;
}
