/*
 * Where callgrind writes what it has counted since the last mark.
 */
#ifndef MARKS_H
#define MARKS_H

void mark(void);

#endif
