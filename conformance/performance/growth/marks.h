/*
 * Where callgrind writes down what it has counted since the last of them.
 */
#ifndef MARKS_H
#define MARKS_H

void mark(void);

#endif
