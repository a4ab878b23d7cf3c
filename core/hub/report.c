/*
 * Reports go line by line to a function of the user, so a product can log them. A line has a fixed
 * size, because a report must be possible without memory and on the smallest stack.
 */
#include "core/hub/report.h"
#include "compat/backtrace.h"
#include "compat/text.h"
#include "core/base/misuse.h"
#include "core/hub/current.h"
#include "core/hub/returns.h"
#include <stdarg.h>

void gti_report(gti_hub *hub, const char *pattern, ...)
{
    char line[GTI_REPORT_LINE];
    gti_text text = gti_text_in(line, sizeof line);
    va_list arguments;
    va_start(arguments, pattern);
    gti_text_add_pattern(&text, pattern, arguments);
    va_end(arguments);
    if (!hub->report) {
        gti_print(line);
        return;
    }
    bool within_another = hub->block_flags & GTI_REPORTING;
    hub->block_flags |= GTI_REPORTING;
    gti_returns guard GTI_LEAVING(gti_check_return) = {hub, "gt_set_report", "the report function",
                                                       false};
    hub->report(line, hub->report_arg);
    guard.has_returned = true;
    if (!within_another)
        hub->block_flags &= (uint8_t)~GTI_REPORTING;
}

char *gti_describe_number(uint64_t number, char digits[GTI_DIGITS])
{
    gti_text text = gti_text_in(digits, GTI_DIGITS);
    gti_text_add_number(&text, number);
    return digits;
}

char *gti_describe_thread(const gt_thread *thread, char *text, size_t size)
{
    const char *name = gti_name_of(thread);
    gti_text description = gti_text_in(text, size);
    gti_text_add(&description, "thread ");
    gti_text_add_number(&description, thread->number);
    if (name[0]) {
        gti_text_add(&description, " \"");
        gti_text_add(&description, name);
        gti_text_add(&description, "\"");
    }
    return text;
}

static void report_origin(gti_hub *hub, const gt_exception *e)
{
    if (e->file && e->function)
        gti_report(hub, " raised at %s:%d in %s", e->file, e->line, e->function);
    else if (e->file)
        gti_report(hub, " raised at %s:%d", e->file, e->line);
    else if (e->function)
        gti_report(hub, " raised in %s", e->function);
}

void gti_report_exception(gti_hub *hub, const gt_thread *thread, const char *what,
                          const gt_exception *e, const gti_backtrace_record *backtrace)
{
    char name[GTI_DESCRIPTION];
    const char *colon = e->message ? ": " : "", *message = e->message ? e->message : "";
    gti_describe_thread(thread, name, sizeof name);
    if (e->code)
        gti_report(hub, "%s: %s %s, code %d%s%s", name, what, e->kind->name, e->code, colon, message);
    else
        gti_report(hub, "%s: %s %s%s%s", name, what, e->kind->name, colon, message);
    report_origin(hub, e);
    for (size_t i = 0; backtrace && i < backtrace->n; i++) {
        char number[GTI_DIGITS], place[GTI_REPORT_LINE - 16];
        gti_backtrace_describe(backtrace->addresses[i], place, sizeof place);
        gti_report(hub, " #%s %s", gti_describe_number(i, number), place);
    }
}

bool gt_set_hub_exceptions(bool print_them)
{
    gti_hub *hub = gti_hub_get("gt_set_hub_exceptions");
    bool before = !hub->no_hub_exceptions;
    hub->no_hub_exceptions = !print_them;
    return before;
}

void gt_set_report(gt_report_function *fn, void *arg)
{
    gti_hub *hub = gti_hub_get("gt_set_report");
    hub->report = fn;
    hub->report_arg = arg;
}
