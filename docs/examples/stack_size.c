/*
 * How large a stack a kind of thread needs: let a test run do its deepest work, ask for
 * the high-water mark, and add room.
 *
 *   ./greenthread-stack_size
 */
#include <greenthread.h>
#include <greenthread/testing.h>
#include <stdio.h>
#include <string.h>

enum { PAGE = 4096, ROOM_FOR_SIGNALS_AND_REPORTS = 16 * 1024, PLENTY = 1024 * 1024 };

typedef struct kind {
    const char *name;
    gt_function *work;
    size_t arg;
    size_t usage; /* the most bytes that a thread has used */
} kind;

/* A parser that recurses once for each bracket, with room for a token in each. */
static size_t parse(const char *text)
{
    char token[200];
    snprintf(token, sizeof token, "%.199s", text);
    return *text == '(' ? parse(text + 1) + (token[0] == '(') : 0;
}

static void *parses(void *brackets)
{
    char text[301];
    size_t n = *(size_t *)brackets;
    memset(text, '(', n);
    text[n] = '\0';
    gt_yield();
    return parse(text) == n ? brackets : NULL;
}

static void *only_sleeps(void *arg)
{
    gt_sleep(GT_MS(1));
    return arg;
}

/* A link runs when its thread has finished, and still has its stack. */
static void note_usage(gt_thread *thread, void *arg)
{
    kind *kind = arg;
    kind->usage = gt_stack_usage(thread);
}

static size_t stack_size_for(const kind *kind)
{
    return (kind->usage + ROOM_FOR_SIGNALS_AND_REPORTS + PAGE - 1) / PAGE * PAGE;
}

static void measure(kind *kind)
{
    gt_spawn_options options = {.name = kind->name, .stack_size = PLENTY};
    gt_thread *thread = gt_spawn_with(&options, kind->work, &kind->arg);
    gt_link(thread, note_usage, kind);
    gt_wait(thread);
    gt_unref(thread);
}

static void run_many(kind *kind)
{
    gt_spawn_options options = {.name = kind->name, .stack_size = stack_size_for(kind)};
    for (int i = 0; i < 100; i++)
        gt_unref(gt_spawn_with(&options, kind->work, &kind->arg));
    gt_run();
}

int main(void)
{
    kind kinds[] = {{.name = "sleeper", .work = only_sleeps, .arg = 1},
                    {.name = "parser", .work = parses, .arg = 300}};
    gt_testing_measure_stacks(true);
    for (int i = 0; i < 2; i++)
        measure(&kinds[i]);
    gt_testing_measure_stacks(false);
    if (kinds[0].usage == 0) {
        puts("this platform does not tell where its stacks are");
        return 0;
    }
    for (int i = 0; i < 2; i++) {
        printf("%s: %zu bytes used, so ask for %zu KiB\n", kinds[i].name, kinds[i].usage,
               stack_size_for(&kinds[i]) / 1024);
        run_many(&kinds[i]);
    }
    puts(kinds[0].usage < kinds[1].usage ? "parsers need more" : "sleepers need more");
    gt_shutdown();
    return 0;
}
