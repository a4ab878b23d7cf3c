/*
 * hello: two green threads take turns, and the main one waits for what they return.
 *
 * A green thread gives control away only in a call that may block, such as gt_yield here.
 * So the order of the lines is the same in every run.
 */
#include <greenthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *greet(void *name)
{
    for (int i = 1; i <= 3; i++) {
        printf("%s: hello, %d\n", (const char *)name, i);
        gt_yield();
    }
    return name;
}

static gt_thread *spawn_greeter(char *name)
{
    gt_thread *thread = gt_spawn(greet, name);
    if (thread == NULL) {
        perror("gt_spawn");
        exit(EXIT_FAILURE);
    }
    return thread;
}

int main(void)
{
    char alice[] = "Alice", bob[] = "Bob";
    gt_thread *first = spawn_greeter(alice);
    gt_thread *second = spawn_greeter(bob);

    puts("main: neither has started yet");
    size_t letters = strlen(gt_wait(first)) + strlen(gt_wait(second));
    printf("main: both are done, their names have %zu letters\n", letters);

    gt_unref(first);
    gt_unref(second);
    gt_shutdown();
    return EXIT_SUCCESS;
}
