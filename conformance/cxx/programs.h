/*
 * A source of C++ programs: main calls the one that the command line names.
 *
 *   greenthread-NAME-BACKEND PROGRAM    exits with 0 if PROGRAM succeeds
 */
#ifndef PROGRAMS_H
#define PROGRAMS_H

#include <cstddef>

struct program {
    const char *name;
    void (*run)();
};

/* Of the source. CMake reads the names from the lines {"name", function}, of the table. */
extern const program programs[];
extern const std::size_t n_programs;

/* Ends the hub after the program. Of the source. */
void end_hub();

/* Prints a condition that does not hold. Then the program fails. */
void expect_that(bool good, const char *what, int line);
#define expect(condition) expect_that((condition), #condition, __LINE__)
bool has_failed();

#endif
