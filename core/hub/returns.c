/*
 * A C++ exception that leaves a report function or a cleanup would leave the library in the middle
 * of its work. So the process aborts with a line that names the call.
 */
#include "core/hub/returns.h"
#include "compat/text.h"
#include "core/base/misuse.h"

void gti_refuse_exception(const gti_returns *call)
{
    char text[64];
    gti_text line = gti_text_in(text, sizeof text);
    if (!gti_cxx_is_unwinding(gti_cxx_of(call->hub)))
        return;
    gti_text_add(&line, "a C++ exception left ");
    gti_text_add(&line, call->name);
    gti_misuse(call->call, text);
}
