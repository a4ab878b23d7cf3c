/*
 * Loads and unloads a module that contains the library, more often than there are keys
 * for the data of OS threads. Then it unloads the module while hubs live, and lets their
 * OS threads end.
 *
 *   host plugin PATH          a plugin that contains the library
 *   host plugin-in-turn PATH  one that may not be unloaded while a hub lives
 *   host library PATH         the shared library itself
 */
#define _POSIX_C_SOURCE 200809L
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 1100 };

static const char *path;
static int (*use)(void *), (*leave)(void *); /* of what `handle` has loaded */

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "host: %s\n", what);
    _exit(1);
}

/* A function. ISO C has no conversion between pointers to functions and pointers to objects. */
static void find(void *handle, const char *name, void *function)
{
    void *address = dlsym(handle, name);
    if (!address)
        fail(dlerror());
    memcpy(function, &address, sizeof address);
}

static int use_plugin(void *handle)
{
    int (*function)(void);
    find(handle, "plugin_use", &function);
    return function();
}

static int leave_plugin(void *handle)
{
    int (*function)(void);
    find(handle, "plugin_leave", &function);
    return function();
}

/* The shared library, called by the names in its headers. */

static void (*yields)(void);

static void *returns(void *arg)
{
    return arg;
}

static void *yields_endlessly(void *arg)
{
    for (;;)
        yields();
    return arg;
}

static int spawn(void *handle, void *(*fn)(void *))
{
    void *(*spawn)(void *(*)(void *), void *);
    void (*unref)(void *);
    find(handle, "gt_spawn", &spawn);
    find(handle, "gt_unref", &unref);
    find(handle, "gt_yield", &yields);
    void *thread = spawn(fn, NULL);
    if (!thread)
        return 1;
    unref(thread);
    yields();
    return 0;
}

static int use_library(void *handle)
{
    void (*shutdown)(void);
    find(handle, "gt_shutdown", &shutdown);
    int result = spawn(handle, returns);
    shutdown();
    return result;
}

static int leave_library(void *handle)
{
    return spawn(handle, yields_endlessly);
}

/* What both have to pass */

static void *load(void)
{
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!handle)
        fail(dlerror());
    return handle;
}

static void *leave_and_unload(void *arg)
{
    void *handle = load();
    if (leave(handle) != 0)
        fail("no thread is left behind");
    dlclose(handle);
    return arg;
}

/* Its hub is used up to the end of the OS thread. The plugin goes first. */
static void *leave_and_wait(void *barrier)
{
    leave_and_unload(NULL);
    pthread_barrier_wait(barrier);
    return NULL;
}

/* These would call a handler that is not there any more. */
static void send_signals(void)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        raise(SIGUSR1);
        _exit(0);
    }
    if (waitpid(child, &status, 0) != child || (WIFSIGNALED(status) && WTERMSIG(status) != SIGUSR1))
        fail("a signal meets a handler that is gone");
}

static void use_and_unload(void)
{
    for (int round = 0; round < ROUNDS; round++) {
        void *handle = load();
        if (use(handle) != 0)
            fail("it cannot be used any more");
        dlclose(handle);
    }
    send_signals();
}

static void unload_while_hubs_live(void)
{
    pthread_t threads[2];
    pthread_barrier_t barrier;
    pthread_barrier_init(&barrier, NULL, 2);
    if (pthread_create(&threads[0], NULL, leave_and_unload, NULL) != 0)
        fail("no OS thread");
    pthread_join(threads[0], NULL);
    send_signals();
    if (pthread_create(&threads[1], NULL, leave_and_wait, &barrier) != 0)
        fail("no OS thread");
    pthread_barrier_wait(&barrier);
    pthread_join(threads[1], NULL);
    leave_and_unload(NULL);
    send_signals();
    pthread_barrier_destroy(&barrier);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    bool is_library = strcmp(argv[1], "library") == 0;
    path = argv[2];
    use = is_library ? use_library : use_plugin;
    leave = is_library ? leave_library : leave_plugin;
    use_and_unload();
    if (strcmp(argv[1], "plugin-in-turn") != 0)
        unload_while_hubs_live();
    return 0;
}
