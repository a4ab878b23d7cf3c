/*
 * The tree of files that a server shows, and nothing outside it.
 */
#ifndef HTTP_ROOT_H
#define HTTP_ROOT_H

#include <stddef.h>
#include <sys/types.h>

typedef struct http_root {
    int fd;     /* the directory, open */
    char *path; /* its real path, without a slash at its end */
} http_root;

typedef struct http_file {
    int fd;           /* open for reading; the caller closes it */
    off_t size;       /* bytes */
    const char *type; /* static: a Content-Type */
} http_file;

/* The most bytes that http_root_find adds to a path, its end included. */
#define HTTP_ROOT_SPARE sizeof "/index.html"

/* Opens the directory `path`; -1 with errno. */
int http_root_open(http_root *root, const char *path);
void http_root_close(http_root *root);

/*
 * Finds the file that the path of a URL names. For a directory that is its index.html.
 *
 *   path     as it is in the URL, with HTTP_ROOT_SPARE bytes of room after its
 *            end; it is changed
 *   file     filled in if it was found
 *   returns  200 and an open file, or the HTTP status that says why not
 */
int http_root_find(const http_root *root, char *path, http_file *file);

#endif
