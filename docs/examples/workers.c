/*
 * workers: a producer hands jobs to three workers through a pipe, and kills one of them.
 * The worker's GT_DEFER puts back the job that it had. Its link, called however a thread
 * has finished, hires another worker in its place.
 */
#include <greenthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { WORKERS = 3, JOBS = 20 };

static int jobs[2]; /* a pipe: workers read from [0], the producer writes to [1] */
static gt_thread *workers[WORKERS];
static int done, sum, replaced;

static void put_back(void *job)
{
    if (*(int *)job != 0) {
        printf("a job is put back\n");
        gt_write(jobs[1], job, sizeof(int));
    }
}

static void *work(void *arg)
{
    int job = 0;
    GT_DEFER(put_back, &job);
    while (gt_read(jobs[0], &job, sizeof job) > 0) {
        gt_sleep(GT_MS(1));
        sum += job;
        done++;
        job = 0;
    }
    return arg;
}

static void hire(gt_thread **place);

static void replace(gt_thread *finished, void *place)
{
    gt_exception e;
    bool killed = !gt_join(finished, NULL, &e);
    gt_unref(finished);
    if (killed) {
        printf("a worker ended with %s, another takes its place\n", e.kind->name);
        replaced++;
        hire(place);
    }
}

static void hire(gt_thread **place)
{
    *place = gt_spawn(work, NULL);
    if (*place == NULL || gt_link(*place, replace, place) != 0) {
        perror("a worker could not be hired");
        exit(EXIT_FAILURE);
    }
}

int main(void)
{
    if (pipe(jobs) != 0)
        return EXIT_FAILURE;
    for (int i = 0; i < WORKERS; i++)
        hire(&workers[i]);
    for (int job = 1; job <= JOBS; job++) {
        gt_write(jobs[1], &job, sizeof job);
        if (job == JOBS / 2) {
            gt_sleep(GT_US(500)); /* now each worker is at a job */
            gt_kill(workers[0], NULL);
        }
    }
    gt_close(jobs[1]); /* the workers see the end of the file and return */
    gt_run();
    printf("%d jobs done, their sum is %d, %d worker replaced\n", done, sum, replaced);
    gt_shutdown();
    return done == JOBS ? EXIT_SUCCESS : EXIT_FAILURE;
}
