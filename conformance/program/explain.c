/*
 * Prints a rule, its cases and their programs. It needs no sources at run time.
 */
#include "explain.h"
#include "expected.h"
#include <stdio.h>
#include <string.h>

static void print_text(const expected_text *text, const char *what, const char *indent)
{
    printf("%s%s:%d\n", what, text->file, text->line);
    for (const char *line = text->text; *line;) {
        size_t length = strcspn(line, "\n");
        printf("%s%.*s\n", length ? indent : "", (int)length, line);
        line += length + (line[length] == '\n');
    }
}

static bool is_of_rule(const char *name, const char *rule, size_t length)
{
    return strncmp(name, rule, length) == 0 && (!name[length] || name[length] == '.');
}

static const expected_rule *find_rule(const char *name)
{
    size_t length = strcspn(name, ".");
    for (const expected_rule *rule = expected_rules; rule->id; rule++)
        if (strlen(rule->id) == length && is_of_rule(rule->id, name, length))
            return rule;
    return NULL;
}

static void print_cases(const expected_rule *rule)
{
    for (const expected_trace *e = expected_traces; e->name; e++)
        if (is_of_rule(e->name, rule->id, strlen(rule->id)))
            printf("%s  %s:%d\n", e->name, e->program.file, e->program.line);
}

bool explain(const char *name)
{
    const expected_rule *rule = find_rule(name);
    const expected_trace *trace = expected_traces;
    while (trace->name && strcmp(trace->name, name) != 0)
        trace++;
    if (!rule || (strchr(name, '.') && !trace->name))
        return false;
    print_text(&rule->rule, "Rule: ", "");
    putchar('\n');
    if (!trace->name) {
        print_cases(rule);
        return true;
    }
    print_text(&trace->trace, "Expected trace: ", "    ");
    putchar('\n');
    print_text(&trace->program, "Program: ", "    ");
    return true;
}
