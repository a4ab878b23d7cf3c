/*
 * On which cores of the machine the calling OS thread may run.
 */
#ifndef CORES_H
#define CORES_H

#include <stdbool.h>

/* True where the system tells. */
bool have_cores(void);

typedef struct cores {
    unsigned char set[128];
} cores;

/* Where the system does not tell, a set is empty, and these do nothing. */
cores cores_get(void);
void cores_set(cores cores);
bool cores_are_equal(cores a, cores b);

/* Only the core that it runs on. */
void cores_confine(void);

#endif
