/*
 * Reports: what the library has to say that no caller asked for. Exceptions
 * that nobody handles, deadlocks, threads that were abandoned.
 *
 * An overflow of a stack into its guard is no report: it is a fault, and is
 * told from within its signal's handler, on standard error, whoever is told
 * of reports: which thread, the size of its stack, where, and a backtrace.
 * Then the process dies of the signal. The handler, for SIGSEGV and SIGBUS, is
 * there from the first hub that is made to the end of the last, if the default
 * action is there when it comes. A program that has a handler of its own before
 * that, or installs one (or SIG_DFL) later, is asked nothing and told nothing.
 * An OS thread's alternate signal stack is used if it has one (STACK-1).
 */
#ifndef GREENTHREAD_REPORT_H
#define GREENTHREAD_REPORT_H

#include <greenthread/base.h>

GTI_BEGIN_C

/*
 * Whether exceptions that leave a spawn_n function, a link, or a thread that
 * nobody waited for are reported. On at first; per hub.
 *
 *   returns  the previous setting
 *   rules    SPAWN-6 SPAWN-7 LINK-6
 */
GTI_PUBLIC bool gt_set_hub_exceptions(bool print);

/*
 * Sets who is told of reports, for this hub; at first they go to standard
 * error. A report is one line or several, each handed over in a call of its
 * own, without its newline; the second and later lines of a report start
 * with a blank.
 *
 *   fn   must not block (ERR-1) or raise; NULL: standard error again
 *   arg  handed to `fn`
 */
typedef void gt_report_function(const char *line, void *arg);
GTI_PUBLIC void gt_set_report(gt_report_function *fn, void *arg);

GTI_END_C

#endif
