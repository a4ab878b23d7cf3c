/*
 * What core has to say about threads. It never prints: it calls the hub's report
 * function.
 */
#ifndef GTI_REPORT_H
#define GTI_REPORT_H

#include "core/hub/hub.h"

/* "main", "" or what gt_set_name was given. */
static inline const char *gti_name_of(const gt_thread *thread)
{
    return thread->name ? thread->name : thread == &thread->hub->main ? "main" : "";
}
/* One line of a report, as printf; later ones of it start with a blank. */
#if defined __GNUC__
__attribute__((format(printf, 2, 3)))
#endif
void gti_report(gti_hub *hub, const char *format, ...);

/* `thread 3 "worker"`, in text[size]; a handler of a fault may ask, too. */
char *gti_describe_thread(const gt_thread *thread, char *text, size_t size);

/* Room for a description; longer names are cut. */
enum { GTI_DESCRIPTION = 96 };

/*
 * Reports an exception that nobody handled.
 *
 *   what       "unhandled", "a link raised"
 *   backtrace  NULL: none was recorded
 */
void gti_report_exception(gti_hub *hub, const gt_thread *thread, const char *what,
                          const gt_exception *exception, const gti_backtrace_record *backtrace);

#endif
