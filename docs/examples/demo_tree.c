/*
 * Reads a directory tree, depth first, each directory in alphabetical order. This is
 * ordinary code: it runs before there are green threads.
 */
#define _XOPEN_SOURCE 700
#include "demo_tree.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Two texts joined; NULL: no memory. */
static char *joined(const char *left, const char *right)
{
    char *text = malloc(strlen(left) + strlen(right) + 1);
    return text == NULL ? NULL : strcat(strcpy(text, left), right);
}

static bool read_bytes(demo_file *file, const char *name)
{
    FILE *stream = fopen(name, "rb");
    if (stream == NULL)
        return false;
    file->bytes = malloc(file->size + 1);
    bool good = file->bytes != NULL && fread(file->bytes, 1, file->size, stream) == file->size &&
                !ferror(stream);
    fclose(stream);
    return good;
}

/* `path` is the tree's from then on. */
static bool add_file(demo_tree *tree, const char *name, char *path, size_t size)
{
    demo_file *files = realloc(tree->files, (tree->count + 1) * sizeof *files);
    if (files == NULL) {
        free(path);
        return false;
    }
    tree->files = files;
    demo_file *file = &files[tree->count++];
    *file = (demo_file){.path = path, .size = size};
    tree->size += size;
    return read_bytes(file, name);
}

static bool read_directory(demo_tree *tree, const char *root, const char *path);

static bool read_entry(demo_tree *tree, const char *root, const char *directory, const char *entry)
{
    char *slashed = joined(directory, "/");
    char *path = slashed == NULL ? NULL : joined(slashed, entry);
    char *name = path == NULL ? NULL : joined(root, path);
    free(slashed);

    struct stat status;
    bool good = name != NULL && lstat(name, &status) == 0;
    if (good && S_ISREG(status.st_mode)) {
        good = add_file(tree, name, path, (size_t)status.st_size);
    } else {
        if (good && S_ISDIR(status.st_mode))
            good = read_directory(tree, root, path);
        free(path);
    }
    free(name);
    return good;
}

static bool read_directory(demo_tree *tree, const char *root, const char *path)
{
    char *name = joined(root, path);
    struct dirent **entries = NULL;
    int count = name == NULL ? -1 : scandir(name, &entries, NULL, alphasort);
    free(name);
    bool good = count >= 0;
    for (int i = 0; i < count; i++) {
        const char *entry = entries[i]->d_name;
        if (good && strcmp(entry, ".") != 0 && strcmp(entry, "..") != 0)
            good = read_entry(tree, root, path, entry);
        free(entries[i]);
    }
    free(entries);
    return good;
}

bool demo_tree_read(demo_tree *tree, const char *root)
{
    *tree = (demo_tree){.count = 0};
    return read_directory(tree, root, "");
}

void demo_tree_free(demo_tree *tree)
{
    for (size_t i = 0; i < tree->count; i++) {
        free(tree->files[i].path);
        free(tree->files[i].bytes);
    }
    free(tree->files);
}
