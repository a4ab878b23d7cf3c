/*
 * What the demo measures of its own process.
 */
#ifndef DEMO_MEASURE_H
#define DEMO_MEASURE_H

#include <stddef.h>
#include <stdint.h>

/* Returns the resident bytes of memory; 0: this system does not say. */
size_t measure_resident(void);

/* How many descriptors are open. */
unsigned measure_descriptors(void);

/* Raises the limit of open descriptors as far as the system allows, and returns it. */
unsigned measure_raise_limit(void);

/* The value that `percent` of `count` values do not exceed; sorts them. */
int64_t measure_percentile(int64_t *values, size_t count, unsigned percent);

#endif
