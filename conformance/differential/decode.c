/*
 * Makes a program of bytes. Any bytes are a program, so a fuzzer wastes no input. A byte
 * chooses a statement or the end of a block, and further bytes choose its arguments.
 * Where the bytes end, all blocks end.
 */
#include "program.h"

typedef struct bytes {
    const unsigned char *next, *end;
    program *program;
} bytes;

static int below(bytes *bytes, int n)
{
    return bytes->next < bytes->end ? *bytes->next++ % n : 0;
}

static int64_t decode_duration(bytes *bytes)
{
    static const int64_t durations[] = {1, 2,  3,          5,          10,        20,
                                        0, -1, 1000000000, 2500000000, GT_FOREVER};
    return durations[below(bytes, sizeof durations / sizeof *durations)];
}

static void decode_exception(bytes *bytes, statement *s)
{
    int choice = below(bytes, 2 * KINDS);
    s->has_exception = choice < KINDS;
    s->kind = choice % KINDS;
    s->code = s->has_exception ? below(bytes, 4) : 0;
}

static void decode_argument(bytes *bytes, statement *s, char letter)
{
    switch (letter) {
    case 's':
        s->slot = below(bytes, SLOTS);
        break;
    case 't':
        s->slot = below(bytes, ALL_TARGETS);
        break;
    case 'm':
        s->slot = below(bytes, SEMAPHORES);
        break;
    case 'T':
        s->n_targets = below(bytes, TARGETS + 1);
        for (int i = 0; i < s->n_targets; i++)
            s->targets[i] = below(bytes, ALL_TARGETS);
        break;
    case 'b':
        s->body = 1 + below(bytes, BODIES - 1);
        break;
    case 'd':
        s->duration_ns = decode_duration(bytes);
        break;
    case 'x':
        decode_exception(bytes, s);
        break;
    case 'k':
        s->kind = below(bytes, KINDS);
        break;
    default:
        s->number = below(bytes, 3);
    }
}

static statement *decode_block(bytes *bytes, int nesting)
{
    statement *first = NULL, **place = &first;
    while (bytes->next < bytes->end) {
        int choice = below(bytes, OPERATIONS + 1);
        bool ends = choice == OPERATIONS || (nesting == NESTING && operation_forms[choice].parts);
        statement *s = ends ? NULL : program_new_statement(bytes->program);
        if (!s)
            break;
        s->operation = (operation)choice;
        *place = s;
        place = &s->next;
        const operation_form *form = &operation_forms[choice];
        for (const char *letter = form->arguments; *letter; letter++)
            decode_argument(bytes, s, *letter);
        for (int i = 0; i < form->parts; i++)
            s->parts[i] = decode_block(bytes, nesting + 1);
    }
    return first;
}

void program_decode(program *program, const unsigned char *data, size_t n)
{
    bytes bytes = {data, data + n, program};
    program->seed = 0;
    program->used = 0;
    int choice = below(&bytes, 64);
    program->schedule = choice < 32 ? 0 : (unsigned long long)choice;
    for (int i = 0; i < BODIES; i++)
        program->bodies[i] = decode_block(&bytes, 0);
}
