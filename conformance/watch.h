/*
 * Where cases run one after the other in the process of the suite, a hang is
 * noticed from outside of it.
 */
#ifndef WATCH_H
#define WATCH_H

/* From now on, `seconds` without a note end this process, and name the last note. */
void watch_begin(unsigned seconds);
void watch_note(const char *name);
void watch_end(void);

#endif
