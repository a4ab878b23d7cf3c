/*
 * Contexts are made by a signal, whose disposition all OS threads share. Here hubs of several OS
 * threads make contexts at once, while another OS thread sends the same signal to the process, and
 * main forks children that make contexts of their own. At the end the program has its handler, its
 * mask and its alternate stack as before.
 */
#define _XOPEN_SOURCE 700
#include <greenthread.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAKERS = 3, ROUNDS = 300, THREADS = 8, CHILDREN = 30, STACK = 64 * 1024 };

/*
 * The library asks the loader for a C++ runtime if it sees none. A child of fork may inherit the
 * loader's lock from an OS thread that it does not have.
 */
static _Thread_local uintptr_t cxx_globals[4];

void *__cxa_get_globals(void);
void __cxa_end_catch(void);

void *__cxa_get_globals(void)
{
    return cxx_globals;
}

void __cxa_end_catch(void)
{
}

static const struct timespec a_moment = {.tv_nsec = 50000};
static atomic_bool is_over;
static atomic_long arrivals, ended, wrong;

static void *yields(void *count)
{
    char place;
    stack_t alternate;
    sigset_t mask;
    gt_yield();
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    sigaltstack(NULL, &alternate);
    char *low = alternate.ss_sp;
    bool is_mine =
        !(alternate.ss_flags & SS_DISABLE) && &place >= low && &place < low + alternate.ss_size;
    if (sigismember(&mask, SIGURG) || sigismember(&mask, SIGTERM) || is_mine)
        atomic_fetch_add(&wrong, 1);
    ++*(int *)count;
    return NULL;
}

/* A hub of its own, so all stacks are new. */
static void make_contexts(void)
{
    int count = 0;
    for (int i = 0; i < THREADS; i++)
        gt_unref(gt_spawn(yields, &count));
    gt_run();
    gt_shutdown();
    if (count != THREADS)
        atomic_fetch_add(&wrong, 1);
}

static void *makes(void *nothing)
{
    make_contexts();
    return nothing;
}

static void *makes_again_and_again(void *nothing)
{
    for (int i = 0; i < ROUNDS; i++) {
        pthread_t maker;
        if (pthread_create(&maker, NULL, makes, NULL) == 0)
            pthread_join(maker, NULL);
    }
    atomic_fetch_add(&ended, 1);
    return nothing;
}

static void arrives(int signum)
{
    (void)signum;
    atomic_fetch_add(&arrivals, 1);
}

static void *sends(void *nothing)
{
    while (!atomic_load(&is_over)) {
        kill(getpid(), SIGURG);
        nanosleep(&a_moment, NULL);
    }
    return nothing;
}

/* It may hang with all signals blocked, so an alarm would not end it. */
static int status_of(pid_t child)
{
    int status = -1;
    time_t until = time(NULL) + 60;
    while (waitpid(child, &status, WNOHANG) == 0) {
        if (time(NULL) > until)
            kill(child, SIGKILL);
        nanosleep(&a_moment, NULL);
    }
    return status;
}

/* Another OS thread may be making a context at this moment. */
static bool child_works(void)
{
    pid_t child = fork();
    if (child == 0) {
        make_contexts();
        _exit(atomic_load(&wrong) != 0);
    }
    return child > 0 && status_of(child) == 0;
}

/* With an argument it makes no children: the sanitizers' allocators do not survive such a fork. */
int main(int n, char **arguments)
{
    (void)arguments;
    pthread_t makers[MAKERS], sender;
    stack_t own = {.ss_sp = malloc(STACK), .ss_size = STACK}, now;
    struct sigaction action = {.sa_handler = arrives, .sa_flags = SA_RESTART}, found;
    sigaltstack(&own, NULL);
    sigaction(SIGURG, &action, NULL);
    pthread_create(&sender, NULL, sends, NULL);
    for (int i = 0; i < MAKERS; i++)
        pthread_create(&makers[i], NULL, makes_again_and_again, NULL);

    int children = 0, good = 0;
    for (; n < 2 && (children < CHILDREN || atomic_load(&ended) < MAKERS); children++)
        good += child_works();
    for (int i = 0; i < MAKERS; i++)
        pthread_join(makers[i], NULL);
    make_contexts();
    atomic_store(&is_over, true);
    pthread_join(sender, NULL);

    sigaltstack(NULL, &now);
    sigaction(SIGURG, NULL, &found);
    long before = atomic_load(&arrivals);
    raise(SIGURG);
    bool is_back = now.ss_sp == own.ss_sp && now.ss_size == STACK && found.sa_handler == arrives &&
                   found.sa_flags & SA_RESTART && atomic_load(&arrivals) == before + 1;
    printf("%d of %d children, %ld arrivals, %ld wrong, %s\n", good, children, before,
           atomic_load(&wrong), is_back ? "all is back" : "the signal is not as it was");
    free(own.ss_sp);
    return good != children || !before || atomic_load(&wrong) || !is_back;
}
