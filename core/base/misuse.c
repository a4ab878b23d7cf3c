/*
 * The functions here allocate nothing and need no hub, so every call can use them.
 */
#include "core/base/misuse.h"
#include "compat/process.h"
#include "compat/text.h"
#include <gti_limits.h>

enum { LINE = GTI_REPORT_LINE + 20 };

void gti_print(const char *line)
{
    char prefixed[LINE];
    gti_text text = gti_text_in(prefixed, sizeof prefixed);
    if (line[0] != ' ')
        gti_text_add(&text, "greenthread: ");
    gti_text_add(&text, line);
    gti_process_print(prefixed);
}

void gti_complain(const char *call, const char *what)
{
    char line[LINE];
    gti_text text = gti_text_in(line, sizeof line);
    gti_text_add(&text, call);
    gti_text_add(&text, ": ");
    gti_text_add(&text, what);
    gti_print(line);
}

void gti_misuse(const char *call, const char *what)
{
    gti_complain(call, what);
    gti_process_abort();
}
