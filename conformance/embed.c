/*
 * embed DOCUMENT.md OUTPUT.c: takes the rules and the expected traces out of
 * the document and writes them as C, so that the suite needs no file at run
 * time. A rule is a list item that begins with its id in bold; a trace is a
 * fenced block under its rule, opened by "```trace RULE.name". Fences of other
 * kinds are passed over.
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

static const char *document, *output;
static int line_number;
static char rules[RULES][NAME], names[NAMES][NAME];
static int n_rules, n_names;
static int first_of_item; /* the rules of the list item that is read: from here to the last */

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "%s:%d: %s\n", document, line_number, what);
    remove(output);
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

/* Ids in bold that open a list item, or follow one on its line. */
static void find_rules(const char *line)
{
    if (line[0] == '#')
        first_of_item = n_rules;
    const char *text = line + strspn(line, " ");
    if (strncmp(text, "- **", 4) != 0)
        return;
    first_of_item = n_rules;
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

static void check_name(const char *name)
{
    const char *dot = strchr(name, '.');
    if (!dot || dot[1 + strspn(dot + 1, "abcdefghijklmnopqrstuvwxyz0123456789_")] != '\0')
        fail("a trace is named RULE.name, with nothing behind it");
    for (int i = first_of_item; i < n_rules; i++)
        if (strncmp(rules[i], name, (size_t)(dot - name)) == 0 && rules[i][dot - name] == '\0')
            return;
    fail("this trace does not stand under its rule");
}

static void write_text(FILE *out, const char *text)
{
    fputs("        \"", out);
    for (; *text; text++) {
        if (strchr("\"\\?", *text)) /* "?" for the sake of trigraphs */
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
    if (!strchr(line, '\n') && !feof(in))
        fail("the line is too long");
    line[strcspn(line, "\r\n")] = '\0';
    return true;
}

/* Reads to the end of a block; its lines go to `out` unless that is NULL. */
static void copy_lines(FILE *in, FILE *out, size_t indent)
{
    char line[LINE];
    int opened = line_number;
    while (read_line(in, line)) {
        size_t blanks = strspn(line, " ");
        const char *text = line + (blanks < indent ? blanks : indent);
        if (strcmp(text, "```") == 0)
            return;
        if (strncmp(text, "```", 3) == 0)
            fail("a block opens inside of another");
        if (out)
            write_text(out, text);
    }
    line_number = opened;
    fail("the block is not closed");
}

static void copy_trace(FILE *in, FILE *out, const char *name, size_t indent)
{
    check_name(name);
    add(names, &n_names, NAMES, name);
    fprintf(out, "    {\"%s\", %d,\n        \"\"\n", name, line_number);
    copy_lines(in, out, indent);
    fputs("    },\n", out);
}

static void copy(FILE *in, FILE *out)
{
    char line[LINE];
    fputs("#include \"expected.h\"\n\nconst expected_trace expected_traces[] = {\n", out);
    while (read_line(in, line)) {
        size_t indent = strspn(line, " ");
        const char *text = line + indent;
        if (strncmp(text, "```trace", 8) == 0)
            copy_trace(in, out, text + 8 + (text[8] == ' '), indent);
        else if (strncmp(text, "```", 3) == 0)
            copy_lines(in, NULL, indent);
        else
            find_rules(line);
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
    output = argv[2];
    FILE *in = fopen(document, "r"), *out = in ? fopen(output, "w") : NULL;
    if (!in || !out) {
        perror(in ? output : document);
        return 1;
    }
    copy(in, out);
    fclose(in);
    return fclose(out) == 0 ? 0 : 1;
}
