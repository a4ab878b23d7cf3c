/*
 * Reports: what the library has to say that no caller asked for. It reports
 * unhandled exceptions, deadlocks, and threads that were abandoned.
 *
 * An overflow of a stack into its guard is no report: it is a fault. The
 * signal's handler tells it on standard error, whatever gt_set_report has set:
 * which thread, the size of its stack, where, and a backtrace. Then the process
 * dies of the signal. The handler, for SIGSEGV and SIGBUS, is there from the
 * first hub to the end of the last, if the default action was there when it
 * was installed. If the program has a handler of its own before that, or
 * installs one (or SIG_DFL) later, the library leaves it alone. An OS thread's
 * alternate signal stack is used if it has one (STACK-1).
 */
#ifndef GREENTHREAD_REPORT_H
#define GREENTHREAD_REPORT_H

#include <greenthread/base.h>

GTI_BEGIN_C

/*
 * Sets whether unhandled exceptions are reported. They are those that leave a
 * function of gt_spawn_n, a link, or a thread for which no other thread waited.
 * The setting is the hub's, and is on at first.
 *
 *   print    true: report them; false: drop them
 *   returns  the previous setting
 *   rules    SPAWN-6 SPAWN-7 LINK-6
 */
GTI_PUBLIC bool gt_set_hub_exceptions(bool print);

/*
 * A function that takes reports. A report is one line or several. The function
 * is called for each line. The second and later lines of a report start with a
 * blank. The function must not block or raise.
 *
 *   line     without its newline; borrowed for the call
 *   arg      as given to gt_set_report
 *   misuse   a call that blocks; a C++ exception that leaves the function
 *   rules    SPAWN-6 ERR-1
 */
typedef void gt_report_function(const char *line, void *arg);
/*
 * Sets the function that takes this hub's reports. At first they go to standard
 * error.
 *
 *   fn       must not block or raise; NULL: standard error again
 *   arg      handed to `fn`; the library never reads it, so it may be NULL
 *   rules    SPAWN-6 SPAWN-7 SHUT-4 ERR-1
 */
GTI_PUBLIC void gt_set_report(gt_report_function *fn, void *arg);

GTI_END_C

#endif
