/*
 * Reports about threads. Core never prints: it calls the hub's report function.
 */
#ifndef GTI_REPORT_H
#define GTI_REPORT_H

#include "core/hub/hub.h"

/* "main", "" or the name given to gt_set_name. */
static inline const char *gti_name_of(const gt_thread *thread)
{
    return thread->name ? thread->name : thread == &thread->hub->main ? "main" : "";
}
/*
 * Reports one line, of a pattern with %s and %d alone; see gti_text_add_pattern. The second and
 * later lines of a report start with a blank.
 */
#if defined __GNUC__
__attribute__((format(printf, 2, 3)))
#endif
void gti_report(gti_hub *hub, const char *pattern, ...);

enum { GTI_DIGITS = 21 };

/* Writes a number in decimal digits, for the %s of a pattern. Returns `digits`. */
char *gti_describe_number(uint64_t number, char digits[GTI_DIGITS]);

/* Writes `thread 3 "worker"` to text[size]. The handler of a fault may call it. */
char *gti_describe_thread(const gt_thread *thread, char *text, size_t size);

/*
 * Reports an exception that was not caught.
 *
 *   what       "unhandled", "a link raised"
 *   backtrace  NULL: none was recorded
 */
void gti_report_exception(gti_hub *hub, const gt_thread *thread, const char *what,
                          const gt_exception *exception, const gti_backtrace_record *backtrace);

#endif
