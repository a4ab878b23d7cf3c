/*
 * The memory that a program gives (compat/bare/memory.c): pieces do not overlap, are aligned and
 * zeros, and become one again when they are given back in any order. It runs on the memory that
 * no board has given, so it takes the place of the program's board.
 */
#include "compat/memory.h"
#include <greenthread/board.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE = 16 * 1024, PIECES = 40 };

static _Alignas(16) unsigned char memory[SIZE + 64], other[512];
static unsigned char *pieces[PIECES];
static size_t sizes[PIECES];

int64_t gt_board_now(void)
{
    return 0;
}

void gt_board_sleep(int64_t duration_ns)
{
    (void)duration_ns;
}

void gt_board_print(const char *line)
{
    puts(line);
}

void gt_board_abort(void)
{
    exit(2);
}

static void need(bool truth, const char *what)
{
    if (truth)
        return;
    printf("not so: %s\n", what);
    exit(1);
}

static unsigned draw(unsigned below)
{
    static uint32_t state = 1;
    state = state * UINT32_C(1664525) + UINT32_C(1013904223);
    return (state >> 16) % below;
}

/* The largest piece that can be had. */
static size_t largest(void)
{
    size_t low = 0, high = 2 * SIZE;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        void *piece = gti_memory_new(middle);
        gti_memory_free(piece ? piece : gti_memory_new(1));
        *(piece ? &low : &high) = middle;
    }
    return low;
}

static bool is_all(const unsigned char *bytes, size_t size, unsigned char byte)
{
    for (size_t i = 0; i < size; i++)
        if (bytes[i] != byte)
            return false;
    return true;
}

static void change(unsigned i)
{
    if (pieces[i]) {
        need(is_all(pieces[i], sizes[i], (unsigned char)i), "a piece keeps what was written to it");
        gti_memory_free(pieces[i]);
        pieces[i] = NULL;
        return;
    }
    sizes[i] = draw(600);
    pieces[i] = gti_memory_new(sizes[i]);
    if (!pieces[i])
        return;
    need((uintptr_t)pieces[i] % sizeof(void *) == 0, "a piece is aligned");
    need(is_all(pieces[i], sizes[i], 0), "a piece is zeros");
    memset(pieces[i], (int)i, sizes[i]);
}

static void stacks(void)
{
    gti_stack_block block;
    need(gti_stack_block_map(&block, 1000, 8) == 0, "there is a stack");
    gti_stack_memory stack = gti_stack_block_get(&block, 0);
    need(block.n == 1 && stack.size >= 1000, "a block is one stack");
    need((uintptr_t)stack.low % 16 == 0 && stack.size % 16 == 0, "a stack is aligned");
    gti_stack_memory_prepare(&stack);
    memset(stack.low, 1, stack.size);
    need(gti_stack_memory_is_intact(&stack), "a full stack is intact");
    gti_stack_block_forget(&block, 0, 1);
    need(is_all((void *)stack.low, stack.size, 0), "a forgotten stack is zeros");
    stack.low[-1] = 0;
    need(!gti_stack_memory_is_intact(&stack), "an overflow is noticed");
    gti_stack_block_unmap(&block);
    need(gti_stack_block_map(&block, SIZE, 1) != 0, "no stack is larger than the memory");
}

int main(void)
{
    need(!gti_memory_new(1), "without memory there is none");
    need(!gt_use_memory(memory, 3), "three bytes are of no use");
    need(gt_use_memory(memory + 3, SIZE), "memory need not be aligned");
    size_t whole = largest();
    need(whole > SIZE - 64 && whole < SIZE, "almost all of it can be had");
    need(!gti_memory_new(SIZE_MAX), "a size that overflows is refused");
    for (int n = 0; n < 20000; n++)
        change(draw(PIECES));
    for (unsigned i = 0; i < PIECES; i++)
        if (pieces[i])
            change(i);
    need(largest() == whole, "all pieces become one again");
    stacks();
    need(largest() == whole, "stacks, too");
    need(gt_use_memory(other, sizeof other), "there may be more memory");
    void *all = gti_memory_new(whole);
    need(all && gti_memory_new(sizeof other / 2), "both pieces are used");
    printf("all is so\n");
    return 0;
}
