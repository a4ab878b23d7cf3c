/*
 * The text form of a program. A statement is a line: its name, and then its arguments as
 * operations.h lists them. Blocks nest by `then` and `end` and not by indentation, so a
 * program is easy to type.
 */
#include "program.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

const operation_form operation_forms[OPERATIONS] = {
#define OPERATION(name, arguments, parts) {#name, arguments, parts},
#include "operations.h"
#undef OPERATION
};

static const gt_kind bad = {"bad", &GT_ERROR}, worse = {"worse", &bad},
                     farewell = {"farewell", &GT_EXIT}, late = {"late", &GT_TIMEOUT};

const gt_kind *const kinds[KINDS] = {&GT_EXIT,     &GT_ERROR,     &GT_OS_ERROR, &GT_TIMEOUT,
                                     &GT_DEADLOCK, &GT_NO_MEMORY, &GT_CLOSED,   &bad,
                                     &worse,       &farewell,     &late};

static const char *const target_names[] = {[TARGET_SELF] = "self", [TARGET_MAIN] = "main"};

statement *program_new_statement(program *program)
{
    if (program->used == STATEMENTS)
        return NULL;
    statement *statement = &program->statements[program->used++];
    memset(statement, 0, sizeof *statement);
    return statement;
}

/* Reading */

typedef struct reader {
    FILE *file;
    program *program;
    int line;
    char text[200];
    char *rest; /* of the line, to be split into words */
} reader;

static _Noreturn void complain(const reader *reader, const char *what)
{
    fprintf(stderr, "program, line %d: %s\n", reader->line, what);
    exit(2);
}

static char *word(reader *reader)
{
    char *start = reader->rest + strspn(reader->rest, " \t\r\n");
    size_t length = strcspn(start, " \t\r\n");
    reader->rest = start + length + (start[length] != '\0');
    start[length] = '\0';
    return start;
}

/* The first word of the next line that has any. NULL: there is none. */
static char *next_line(reader *reader)
{
    while (fgets(reader->text, sizeof reader->text, reader->file)) {
        reader->line++;
        reader->text[strcspn(reader->text, "#")] = '\0';
        reader->rest = reader->text;
        char *first = word(reader);
        if (*first)
            return first;
    }
    return NULL;
}

static char *need_line(reader *reader)
{
    char *first = next_line(reader);
    if (!first)
        complain(reader, "the program has no end");
    return first;
}

static long long number(reader *reader, const char *text, long long low, long long high)
{
    char *end;
    long long value = strtoll(text, &end, 10);
    if (end == text || *end || value < low || value > high)
        complain(reader, "a number is missing or out of range");
    return value;
}

static int target(reader *reader, const char *text)
{
    for (int i = TARGET_SELF; i < ALL_TARGETS; i++)
        if (strcmp(text, target_names[i]) == 0)
            return i;
    return (int)number(reader, text, 0, SLOTS - 1);
}

static void read_targets(reader *reader, statement *s, char *text)
{
    if (strcmp(text, "-") == 0)
        return;
    for (char *one = strtok(text, ","); one; one = strtok(NULL, ",")) {
        if (s->n_targets == TARGETS)
            complain(reader, "too many targets");
        s->targets[s->n_targets++] = target(reader, one);
    }
}

static int kind(reader *reader, const char *text)
{
    for (int i = 0; i < KINDS; i++)
        if (strcmp(text, kinds[i]->name) == 0)
            return i;
    complain(reader, "there is no such kind");
}

static void read_exception(reader *reader, statement *s, char *text)
{
    if (strcmp(text, "-") == 0)
        return;
    char *code = strchr(text, ':');
    if (!code)
        complain(reader, "an exception is KIND:CODE");
    *code++ = '\0';
    s->has_exception = true;
    s->kind = kind(reader, text);
    s->code = (int)number(reader, code, 0, 1000);
}

static void read_argument(reader *reader, statement *s, char letter)
{
    char *text = word(reader);
    switch (letter) {
    case 's':
        s->slot = (int)number(reader, text, 0, SLOTS - 1);
        break;
    case 't':
        s->slot = target(reader, text);
        break;
    case 'T':
        read_targets(reader, s, text);
        break;
    case 'm':
        s->slot = (int)number(reader, text, 0, SEMAPHORES - 1);
        break;
    case 'b':
        s->body = (int)number(reader, text, 1, BODIES - 1);
        break;
    case 'd':
        s->duration_ns =
            strcmp(text, "ever") == 0 ? GT_FOREVER : number(reader, text, -10, 1000000000000);
        break;
    case 'x':
        read_exception(reader, s, text);
        break;
    case 'k':
        s->kind = kind(reader, text);
        break;
    default:
        s->number = (int)number(reader, text, 0, 1000);
    }
}

static operation named(reader *reader, const char *name)
{
    for (int i = 0; i < OPERATIONS; i++)
        if (strcmp(name, operation_forms[i].name) == 0)
            return (operation)i;
    complain(reader, "there is no such statement");
}

static statement *read_block(reader *reader, const char *ends_with, int nesting);

static statement *read_statement(reader *reader, const char *name, int nesting)
{
    statement *s = program_new_statement(reader->program);
    if (!s)
        complain(reader, "the program is too long");
    s->operation = named(reader, name);
    const operation_form *form = &operation_forms[s->operation];
    for (const char *letter = form->arguments; *letter; letter++)
        read_argument(reader, s, *letter);
    for (int i = 0; i < form->parts; i++)
        s->parts[i] = read_block(reader, i + 1 < form->parts ? "then" : "end", nesting + 1);
    return s;
}

static statement *read_block(reader *reader, const char *ends_with, int nesting)
{
    statement *first = NULL, **place = &first;
    if (nesting > NESTING)
        complain(reader, "blocks nest too deep");
    for (;;) {
        char *name = need_line(reader);
        if (strcmp(name, ends_with) == 0)
            return first;
        *place = read_statement(reader, name, nesting);
        place = &(*place)->next;
    }
}

bool program_read(program *program, FILE *file)
{
    reader reader = {.file = file, .program = program};
    char *name = next_line(&reader);
    if (!name)
        return false;
    program->used = 0;
    program->schedule = 0;
    memset(program->bodies, 0, sizeof program->bodies);
    if (strcmp(name, "program") != 0)
        complain(&reader, "a program opens with `program SEED`");
    program->seed = strtoull(word(&reader), NULL, 10);
    while (strcmp(name = need_line(&reader), "end") != 0) {
        if (strcmp(name, "schedule") == 0) {
            program->schedule = strtoull(word(&reader), NULL, 10);
        } else if (strcmp(name, "body") == 0) {
            long long body = number(&reader, word(&reader), 0, BODIES - 1);
            program->bodies[body] = read_block(&reader, "end", 0);
        } else {
            complain(&reader, "`schedule`, `body` or `end` is missing");
        }
    }
    return true;
}

/* Writing */

static void write_target(int target, FILE *file)
{
    if (target < SLOTS)
        fprintf(file, "%d", target);
    else
        fputs(target_names[target], file);
}

static void write_argument(const statement *s, char letter, FILE *file)
{
    fputc(' ', file);
    if (letter == 's' || letter == 't' || letter == 'm')
        write_target(s->slot, file);
    else if (letter == 'b')
        fprintf(file, "%d", s->body);
    else if (letter == 'd' && s->duration_ns == GT_FOREVER)
        fputs("ever", file);
    else if (letter == 'd')
        fprintf(file, "%lld", (long long)s->duration_ns);
    else if (letter == 'k')
        fputs(kinds[s->kind]->name, file);
    else if (letter == 'n')
        fprintf(file, "%d", s->number);
    else if (letter == 'x' && s->has_exception)
        fprintf(file, "%s:%d", kinds[s->kind]->name, s->code);
    else if (letter == 'x' || s->n_targets == 0)
        fputc('-', file);
    for (int i = 0; letter == 'T' && i < s->n_targets; i++) {
        fputs(i ? "," : "", file);
        write_target(s->targets[i], file);
    }
}

static void write_block(const statement *s, int indent, FILE *file)
{
    for (; s; s = s->next) {
        const operation_form *form = &operation_forms[s->operation];
        fprintf(file, "%*s%s", indent, "", form->name);
        for (const char *letter = form->arguments; *letter; letter++)
            write_argument(s, *letter, file);
        fputc('\n', file);
        for (int i = 0; i < form->parts; i++) {
            write_block(s->parts[i], indent + 2, file);
            fprintf(file, "%*s%s\n", indent, "", i + 1 < form->parts ? "then" : "end");
        }
    }
}

void program_write(const program *program, FILE *file)
{
    fprintf(file, "program %llu\n", program->seed);
    if (program->schedule)
        fprintf(file, "schedule %llu\n", program->schedule);
    for (int i = 0; i < BODIES; i++) {
        if (!program->bodies[i])
            continue;
        fprintf(file, "body %d\n", i);
        write_block(program->bodies[i], 2, file);
        fputs("end\n", file);
    }
    fputs("end\n", file);
}
