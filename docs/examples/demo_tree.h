/*
 * All files of a directory tree, in memory. The demo compares with them.
 */
#ifndef DEMO_TREE_H
#define DEMO_TREE_H

#include <stdbool.h>
#include <stddef.h>

typedef struct demo_file {
    char *path; /* from the root, begins with a slash */
    char *bytes;
    size_t size;
    unsigned fetched; /* how often, by the demo's clients */
} demo_file;

typedef struct demo_tree {
    demo_file *files; /* in the order of their paths in each directory */
    size_t count;
    size_t size; /* bytes, all files together */
} demo_tree;

/*
 * Reads all regular files beneath `root`, and leaves out links. False with errno: `tree`
 * holds what was read so far.
 */
bool demo_tree_read(demo_tree *tree, const char *root);
void demo_tree_free(demo_tree *tree);

#endif
