/*
 * What the reference shows on the pages of report.h. A part between two marks is
 * the example of the names in its first mark; main runs all of them.
 */
#include <greenthread.h>
#include <stdio.h>

/* Example: gt_set_report gt_report_function */
static void count_reports(const char *line, void *arg)
{
    int *reports = arg;
    if (line[0] != ' ') /* the first line of a report */
        ++*reports;
}

static void *fail(void *arg)
{
    (void)arg;
    gt_raise((&(gt_exception){.kind = &GT_ERROR, .message = "it went wrong"}));
}

static void take_reports(void)
{
    int reports = 0;
    gt_set_report(count_reports, &reports);
    gt_spawn_n(fail, NULL);
    gt_yield();
    gt_set_report(NULL, NULL);
    printf("reports: %d\n", reports);
}
/* End */

/* Example: gt_set_hub_exceptions */
static void fail_silently(void)
{
    bool before = gt_set_hub_exceptions(false);
    gt_spawn_n(fail, NULL);
    gt_yield();
    gt_set_hub_exceptions(before);
    printf("on before: %s\n", before ? "yes" : "no");
}
/* End */

int main(void)
{
    take_reports();
    fail_silently();
    gt_shutdown();
}
