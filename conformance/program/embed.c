/*
 * embed ROOT EXPECTED.c EXAMPLES.c DOCUMENT.md CASES.c... [--absent REASON CASES.c...]: writes the
 * rules, the expected traces and the programs as C, so that the suite needs no file at run time.
 * All files that are read are named from ROOT, and the suite prints these names.
 *
 * Files after --absent are not compiled on this platform, and neither are examples with the flag
 * CASE_IO then. Their cases are listed all the same, with the reason.
 *
 * In the document a rule is a list item that begins with its id in bold. A rule may have one
 * example: a block "```c", and right after it a block "```trace" with what the program writes. The
 * example is a case of its own, RULE.example, which goes to EXAMPLES.c. Flags of a case (CASE_IO)
 * may follow "```c".
 *
 * Beside CASES.c, CASES.traces says what the cases of that file write: a line RULE.name, and under
 * it, indented by four spaces, the lines of the trace. An empty line ends it. A line that begins
 * with # is a comment.
 *
 * The document is the authority: whatever does not fit is an error here. If it were skipped, a case
 * would be missing and no test would say so.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 1000, RULES = 200, TRACES = 2000, NAME = 100, INDENT = 4 };

/* A file that was read. Lines are numbered from 1, and `n` is the last. Never freed. */
typedef struct source {
    char name[200];
    char **lines;
    int n;
} source;

/* Lines of a file, from `first` to `last`, without `indent` leading spaces. */
typedef struct passage {
    const source *source;
    int first, last, indent;
} passage;

typedef struct rule {
    char id[NAME];
    passage text;
} rule;

typedef struct expectation {
    char name[NAME]; /* RULE.name */
    passage trace, program;
    const char *flags; /* of an example; NULL: a case of a file */
    bool absent;       /* it is not compiled */
} expectation;

static const char *root, *outputs[2], *why_absent;
static rule rules[RULES];
static expectation traces[TRACES];
static int n_rules, n_traces;

static _Noreturn void fail(const source *source, int line, const char *what)
{
    fprintf(stderr, "%s/%s:%d: %s\n", root, source->name, line, what);
    remove(outputs[0]);
    remove(outputs[1]);
    exit(1);
}

static _Noreturn void fail_at_file(const char *name)
{
    perror(name);
    exit(1);
}

/* Reading */

static void add_line(source *source, char *line)
{
    source->n++;
    if (!strchr(line, '\n'))
        fail(source, source->n, "the line is too long, or is the last and has no end");
    line[strcspn(line, "\r\n")] = '\0';
    source->lines = realloc(source->lines, (size_t)(source->n + 1) * sizeof *source->lines);
    char *copy = malloc(strlen(line) + 1);
    if (!source->lines || !copy)
        abort();
    source->lines[source->n] = strcpy(copy, line);
}

static const source *load(const char *name)
{
    char path[LINE], line[LINE];
    source *source = calloc(1, sizeof *source);
    if (!source)
        abort();
    snprintf(source->name, sizeof source->name, "%s", name);
    snprintf(path, sizeof path, "%s/%s", root, name);
    FILE *in = fopen(path, "r");
    if (!in)
        fail_at_file(path);
    while (fgets(line, sizeof line, in))
        add_line(source, line);
    fclose(in);
    return source;
}

static bool begins_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static int indent_of(const char *line)
{
    return (int)strspn(line, " ");
}

static const char *line_of(const passage *passage, int line)
{
    const char *text = passage->source->lines[line];
    int blanks = indent_of(text);
    return text + (blanks < passage->indent ? blanks : passage->indent);
}

/* Adding */

static bool is_rule(const char *id, size_t length)
{
    for (int i = 0; i < n_rules; i++)
        if (strlen(rules[i].id) == length && strncmp(rules[i].id, id, length) == 0)
            return true;
    return false;
}

static void add_rule(const source *source, int line, const char *id, size_t length)
{
    if (is_rule(id, length))
        fail(source, line, "this rule has been defined above");
    if (n_rules == RULES || length >= NAME)
        fail(source, line, "too many rules, or too long an id");
    rule *rule = &rules[n_rules++];
    memcpy(rule->id, id, length);
    rule->text = (passage){source, line, line, 2};
}

static expectation *add_trace(const source *source, int line, const char *name)
{
    size_t length = strcspn(name, ".");
    const char *after = name + length + (name[length] == '.');
    if (!*after || after[strspn(after, "abcdefghijklmnopqrstuvwxyz0123456789_")])
        fail(source, line, "the name of a trace is RULE.name");
    if (!is_rule(name, length))
        fail(source, line, "the document does not have this rule");
    for (int i = 0; i < n_traces; i++)
        if (strcmp(traces[i].name, name) == 0)
            fail(source, line, "there is another trace of this name");
    if (n_traces == TRACES || strlen(name) >= NAME)
        fail(source, line, "too many traces, or too long a name");
    expectation *trace = &traces[n_traces++];
    strcpy(trace->name, name);
    return trace;
}

/* The document */

static bool opens_rule(const char *line, size_t *length)
{
    if (!begins_with(line, "- **"))
        return false;
    *length = strspn(line + 4, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
    return *length > 2 && begins_with(line + 4 + *length, "**") &&
           isdigit((unsigned char)line[4 + *length - 1]);
}

/* The lines of the block that begins in this line. */
static passage block_at(const source *source, int line)
{
    int opening = line, indent = indent_of(source->lines[line]);
    while (++line <= source->n) {
        const char *text = source->lines[line];
        text += indent_of(text);
        if (strcmp(text, "```") == 0)
            return (passage){source, opening + 1, line - 1, indent};
        if (begins_with(text, "```"))
            fail(source, line, "this block begins inside another one");
    }
    fail(source, opening, "this block has no end");
}

/* Reads an example, and returns the line of its end. */
static int read_example(const source *source, int line, bool in_rule)
{
    if (!in_rule)
        fail(source, line, "this program is not under a rule");
    char name[NAME + 10];
    snprintf(name, sizeof name, "%s.example", rules[n_rules - 1].id);
    expectation *example = add_trace(source, line, name);
    example->flags = strstr(source->lines[line], "```c") + 4;
    example->program = block_at(source, line);
    line = example->program.last + 2;
    if (line > source->n || strcmp(line_of(&example->program, line), "```trace") != 0)
        fail(source, line, "what the program writes has to follow, in a block `trace`");
    example->trace = block_at(source, line);
    return example->trace.last + 1;
}

static void read_document(const char *name)
{
    const source *source = load(name);
    size_t length;
    bool in_rule = false;
    for (int i = 1; i <= source->n; i++) {
        const char *line = source->lines[i], *text = line + indent_of(line);
        if (opens_rule(line, &length)) {
            add_rule(source, i, line + 4, length);
            in_rule = true;
        } else if (line[0] == '#' || line[0] == '-') {
            in_rule = false;
        } else if (begins_with(text, "```trace")) {
            fail(source, i,
                 "a block `trace` follows its program; other traces are beside the cases");
        } else if (strcmp(text, "```c") == 0 || begins_with(text, "```c ")) {
            i = read_example(source, i, in_rule);
        } else if (begins_with(text, "```")) {
            i = block_at(source, i).last + 1;
        }
        if (in_rule)
            rules[n_rules - 1].text.last = i;
    }
}

/* The programs of cases */

static bool is_in_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* Where the word is in the line. NULL: it is not there. */
static const char *find_word(const char *line, const char *word, size_t length)
{
    for (const char *at = line; (at = strchr(at, word[0])); at++)
        if (strncmp(at, word, length) == 0 && !is_in_word(at[length]) &&
            (at == line || !is_in_word(at[-1])))
            return at;
    return NULL;
}

/* A call of a macro at the left margin, such as ERROR_CASE(name, ...). */
static bool calls_macro(const char *line)
{
    size_t length = strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_");
    return length && line[length] == '(';
}

/* How often the line says CASE(, which begins a case. */
static int count_cases(const char *line)
{
    int n = 0;
    for (const char *at = line; (at = find_word(at, "CASE", 4)); at += 4)
        n += at[4] == '(';
    return n;
}

/*
 * How many cases begin in this line: one in CASE(...), and in a call of a macro of this
 * file as many as are in its definition.
 */
static int cases_in(const source *source, int line)
{
    const char *text = source->lines[line];
    char definition[LINE];
    if (!calls_macro(text))
        return 0;
    if (begins_with(text, "CASE("))
        return 1;
    snprintf(definition, sizeof definition, "#define %.*s", (int)strcspn(text, "(") + 1, text);
    for (int i = 1; i <= source->n; i++)
        if (begins_with(source->lines[i], definition)) {
            int n = 0;
            do
                n += count_cases(source->lines[i]);
            while (i < source->n && strchr(source->lines[i++], '\\'));
            return n;
        }
    return 0;
}

/*
 * The line in which a case begins: CASE("RULE", name, or a call of a macro of this file whose
 * first argument is the name, or its beginning. 0: none.
 */
static int find_definition(const source *source, const char *rule_and_name)
{
    char beginning[2 * NAME];
    const char *name = strchr(rule_and_name, '.') + 1;
    int length = snprintf(beginning, sizeof beginning, "CASE(\"%.*s\", %s",
                          (int)(name - rule_and_name) - 1, rule_and_name, name);
    for (int i = 1; i <= source->n; i++)
        if (begins_with(source->lines[i], beginning) && !is_in_word(source->lines[i][length]))
            return i;
    for (size_t most = strlen(name); most > 0; most--)
        for (int i = 1; (!name[most] || name[most] == '_') && i <= source->n; i++) {
            const char *line = source->lines[i];
            if (cases_in(source, i) && find_word(line, name, most) == strchr(line, '(') + 1)
                return i;
        }
    return 0;
}

/* The definition, with the comment above it. */
static passage definition_at(const source *source, int line)
{
    passage program = {source, line, line, 0};
    const char *above = source->lines[line > 1 ? line - 1 : 1];
    if (strlen(above) >= 2 && strcmp(above + strlen(above) - 2, "*/") == 0)
        while (program.first > 1 && !begins_with(source->lines[program.first], "/*"))
            program.first--;
    int depth = 0;
    for (; line <= source->n; line++) {
        for (const char *c = source->lines[line]; *c; c++)
            depth += (*c == '(') - (*c == ')');
        program.last = line;
        if (depth == 0)
            break;
    }
    if (line < source->n && strcmp(source->lines[line + 1], "{") == 0)
        while (program.last < source->n && strcmp(source->lines[program.last], "}") != 0)
            program.last++;
    return program;
}

/* Returns the line in which its case begins. */
static int read_trace(const source *source, const struct source *cases, int line)
{
    const char *name = source->lines[line];
    expectation *trace = add_trace(source, line, name);
    int definition = find_definition(cases, name);
    if (!definition)
        fail(source, line, "the file of cases beside this file has no such case");
    trace->absent = why_absent;
    trace->program = definition_at(cases, definition);
    trace->trace = (passage){source, line + 1, line, INDENT};
    while (trace->trace.last < source->n && source->lines[trace->trace.last + 1][0] == ' ')
        trace->trace.last++;
    if (trace->trace.last == line)
        fail(source, line, "this trace has no lines");
    return definition;
}

static void read_cases(const char *name)
{
    char traces_name[LINE];
    size_t length = strlen(name);
    snprintf(traces_name, sizeof traces_name, "%.*s.traces", (int)length - 2, name);
    const source *cases = load(name), *source = load(traces_name);
    int *traces_at = calloc((size_t)cases->n + 1, sizeof *traces_at);
    if (!traces_at)
        abort();
    for (int i = 1; i <= source->n; i++) {
        const char *line = source->lines[i];
        if (!*line || *line == '#')
            continue;
        if (*line == ' ' && indent_of(line) < INDENT)
            fail(source, i, "a line of a trace is indented by four spaces");
        if (*line == ' ')
            fail(source, i, "this line is under no name");
        traces_at[read_trace(source, cases, i)]++;
        i = traces[n_traces - 1].trace.last;
    }
    for (int i = 1; i <= cases->n; i++)
        if (traces_at[i] != cases_in(cases, i))
            fail(cases, i, "a case of this line has no trace in the file beside this file");
    free(traces_at);
}

/* Writing */

static void write_text(FILE *out, const char *text)
{
    fputs("        \"", out);
    for (; *text; text++) {
        if (strchr("\"\\?", *text)) /* "?" because of trigraphs */
            fputc('\\', out);
        fputc(*text, out);
    }
    fputs("\\n\"\n", out);
}

static void write_passage(FILE *out, const passage *passage)
{
    fprintf(out, "        {\"%s\", %d,\n", passage->source->name, passage->first);
    for (int i = passage->first; i <= passage->last; i++)
        write_text(out, line_of(passage, i));
    fputs("        },\n", out);
}

/* The prose of a rule, without its example. */
static void write_rule(FILE *out, const rule *rule)
{
    fprintf(out, "    {\"%s\", {\"%s\", %d,\n", rule->id, rule->text.source->name,
            rule->text.first);
    for (int i = rule->text.first; i <= rule->text.last; i++) {
        const char *line = line_of(&rule->text, i);
        if (begins_with(line, "```"))
            i = block_at(rule->text.source, i).last + 1;
        else if (*line)
            write_text(out, i == rule->text.first ? line + 2 : line);
    }
    fputs("    }},\n", out);
}

/* The name of the function of a case: `unstarted_runs_links`, or KILL_4_example. */
static void name_function(char *name, const expectation *trace)
{
    const char *from = trace->flags ? trace->name : strchr(trace->name, '.') + 1;
    for (; *from; from++)
        *name++ = is_in_word(*from) ? *from : '_';
    *name = '\0';
}

static void write_trace(FILE *out, const expectation *trace)
{
    char name[NAME];
    name_function(name, trace);
    if (trace->absent)
        fprintf(out, "    {\"%s\", NULL, \"%s\",\n", trace->name, why_absent);
    else
        fprintf(out, "    {\"%s\", &case_%s, NULL,\n", trace->name, name);
    write_passage(out, &trace->trace);
    write_passage(out, &trace->program);
    fputs("    },\n", out);
}

static void write_expected(FILE *out)
{
    char name[NAME];
    fputs("#include \"expected.h\"\n\n", out);
    for (int i = 0; i < n_traces; i++) {
        name_function(name, &traces[i]);
        if (!traces[i].absent)
            fprintf(out, "extern const conformance_case case_%s;\n", name);
    }
    fputs("\nconst expected_trace expected_traces[] = {\n", out);
    for (int i = 0; i < n_traces; i++)
        write_trace(out, &traces[i]);
    fputs("    {.name = 0},\n};\n\nconst expected_rule expected_rules[] = {\n", out);
    for (int i = 0; i < n_rules; i++)
        write_rule(out, &rules[i]);
    fputs("    {.id = 0},\n};\n", out);
}

static bool has_main(const passage *program)
{
    for (int i = program->first; i <= program->last; i++)
        if (strcmp(line_of(program, i), "int main(void)") == 0)
            return true;
    return false;
}

/* A program without a main is the body of one. */
static void write_example(FILE *out, const expectation *example)
{
    char name[NAME];
    name_function(name, example);
    const passage *program = &example->program;
    bool whole = has_main(program);
    if (!whole)
        fprintf(out, "static void %s(void)\n{\n", name);
    fprintf(out, "#line %d \"%s\"\n", program->first, program->source->name);
    for (int i = program->first; i <= program->last; i++) {
        const char *line = line_of(program, i);
        if (strcmp(line, "int main(void)") == 0)
            fprintf(out, "static void %s(void)\n", name);
        else
            fprintf(out, "%s\n", line);
    }
    fputs(whole ? "\n" : "}\n\n", out);
}

static void write_case(FILE *out, const expectation *example)
{
    char name[NAME];
    name_function(name, example);
    fprintf(out,
            "extern const conformance_case case_%s;\n"
            "const conformance_case case_%s = {\"%.*s\", \"example\", %s, 0%s%s};\n\n",
            name, name, (int)strcspn(example->name, "."), example->name, name,
            *example->flags ? " |" : "", example->flags);
}

static void write_examples(FILE *out)
{
    fputs("#include \"conformance.h\"\n#include <string.h>\n", out);
    fputs(why_absent ? "\n" : "#include <unistd.h>\n\n", out);
    for (int i = 0; i < n_traces; i++)
        if (traces[i].flags && !traces[i].absent) {
            write_example(out, &traces[i]);
            write_case(out, &traces[i]);
        }
}

static void write_to(const char *name, void (*write)(FILE *out))
{
    FILE *out = fopen(name, "w");
    if (!out)
        fail_at_file(name);
    write(out);
    if (fclose(out) != 0)
        fail_at_file(name);
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        fprintf(stderr, "usage: embed ROOT EXPECTED.c EXAMPLES.c DOCUMENT.md CASES.c... "
                        "[--absent REASON CASES.c...]\n");
        return 2;
    }
    root = argv[1];
    outputs[0] = argv[2];
    outputs[1] = argv[3];
    read_document(argv[4]);
    for (char **cases = &argv[5]; *cases; cases++)
        if (strcmp(*cases, "--absent") == 0 && cases[1])
            why_absent = *++cases;
        else
            read_cases(*cases);
    for (int i = 0; i < n_traces && why_absent; i++)
        if (traces[i].flags && strstr(traces[i].flags, "CASE_IO"))
            traces[i].absent = true;
    write_to(outputs[0], write_expected);
    write_to(outputs[1], write_examples);
    return 0;
}
