/*
 * greenthread-differential-BACKEND [FILE] runs the programs of a file, or of standard
 * input. It prints the trace of each after a line `== SEED`. With --decode FILE... it
 * writes what a fuzzer's inputs mean, as text.
 */
#include "program.h"
#include <string.h>

static program the_program;

static void print_line(const char *line, void *arg)
{
    (void)arg;
    puts(line);
}

static FILE *open(const char *name, const char *mode)
{
    FILE *file = fopen(name, mode);
    if (!file)
        perror(name);
    return file;
}

static int decode(const char *name, unsigned long long number)
{
    unsigned char bytes[4096];
    FILE *file = open(name, "rb");
    if (!file)
        return 2;
    program_decode(&the_program, bytes, fread(bytes, 1, sizeof bytes, file));
    fclose(file);
    the_program.seed = number;
    program_write(&the_program, stdout);
    return 0;
}

static int run(FILE *file)
{
    if (!file)
        return 2;
    while (program_read(&the_program, file)) {
        printf("== %llu\n", the_program.seed);
        fflush(stdout);
        program_run(&the_program, print_line, NULL);
    }
    fclose(file);
    return 0;
}

int main(int argc, char **argv)
{
    int status = 0;
    if (argc < 2 || strcmp(argv[1], "--decode") != 0)
        return run(argc > 1 ? open(argv[1], "r") : stdin);
    for (int i = 2; i < argc && status == 0; i++)
        status = decode(argv[i], (unsigned long long)i - 2);
    return status;
}
