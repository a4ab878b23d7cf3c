/*
 * embed DOCUMENT.md OUTPUT.c: takes the rules and the expected traces out of
 * the document and writes them as C, so that the suite needs no file at run
 * time. A rule is a list item that begins with its id in bold; a trace is a
 * fenced block under its rule, opened by "```trace RULE.name".
 *
 * The document is the authority, so what is odd in it is an error here and not
 * a case that is quietly missing.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 1000, RULES = 200, NAMES = 2000, NAME = 100 };

static const char *document;
static int line_number;
static char rules[RULES][NAME], names[NAMES][NAME];
static int n_rules, n_names;

static void fail(const char *what)
{
    fprintf(stderr, "%s:%d: %s\n", document, line_number, what);
    exit(1);
}

static void add(char (*table)[NAME], int *n, int room, const char *text)
{
    for (int i = 0; i < *n; i++)
        if (strcmp(table[i], text) == 0)
            fail("this stands here for the second time");
    if (*n == room || strlen(text) >= NAME)
        fail("too many, or too long");
    strcpy(table[(*n)++], text);
}

/* Ids in bold that open a list item, or follow one on its line (CANCEL-2). */
static void find_rules(const char *line)
{
    const char *text = line + strspn(line, " ");
    if (strncmp(text, "- **", 4) != 0)
        return;
    for (const char *bold = text; (bold = strstr(bold, "**"));) {
        bold += 2;
        size_t length = strspn(bold, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
        bool is_id = length > 2 && strncmp(bold + length, "**", 2) == 0 &&
                     isdigit((unsigned char)bold[length - 1]);
        if (!is_id)
            continue;
        char id[NAME] = "";
        strncat(id, bold, length < NAME - 1 ? length : NAME - 1);
        add(rules, &n_rules, RULES, id);
        bold += length + 2;
    }
}

static void check_rule_of(const char *name)
{
    const char *dot = strchr(name, '.');
    if (!dot)
        fail("a trace is named RULE.name");
    for (int i = 0; i < n_rules; i++)
        if (strncmp(rules[i], name, (size_t)(dot - name)) == 0 && rules[i][dot - name] == '\0')
            return;
    fail("this trace stands before its rule, or has none");
}

static void write_text(FILE *out, const char *text)
{
    fputs("        \"", out);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            fputc('\\', out);
        fputc(*text, out);
    }
    fputs("\\n\"\n", out);
}

static bool read_line(FILE *in, char *line)
{
    if (!fgets(line, LINE, in))
        return false;
    line_number++;
    line[strcspn(line, "\r\n")] = '\0';
    return true;
}

static void copy_block(FILE *in, FILE *out, const char *name, size_t indent)
{
    char line[LINE];
    check_rule_of(name);
    add(names, &n_names, NAMES, name);
    fprintf(out, "    {\"%s\", %d,\n        \"\"\n", name, line_number);
    for (;;) {
        if (!read_line(in, line))
            fail("the block is not closed");
        size_t blanks = strspn(line, " ");
        const char *text = line + (blanks < indent ? blanks : indent);
        if (strcmp(text, "```") == 0)
            break;
        write_text(out, text);
    }
    fputs("    },\n", out);
}

static void copy(FILE *in, FILE *out)
{
    static const char opening[] = "```trace ";
    char line[LINE];
    fputs("#include \"expected.h\"\n\nconst expected_trace expected_traces[] = {\n", out);
    while (read_line(in, line)) {
        size_t indent = strspn(line, " ");
        find_rules(line);
        if (strncmp(line + indent, opening, sizeof opening - 1) == 0)
            copy_block(in, out, line + indent + sizeof opening - 1, indent);
    }
    fputs("    {0, 0, 0},\n};\n\nconst char *const expected_rules[] = {\n", out);
    for (int i = 0; i < n_rules; i++)
        fprintf(out, "    \"%s\",\n", rules[i]);
    fputs("    0,\n};\n", out);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: embed DOCUMENT.md OUTPUT.c\n");
        return 2;
    }
    document = argv[1];
    FILE *in = fopen(argv[1], "r"), *out = fopen(argv[2], "w");
    if (!in || !out) {
        perror(in ? argv[2] : argv[1]);
        return 1;
    }
    copy(in, out);
    fclose(in);
    return fclose(out) == 0 ? 0 : 1;
}
