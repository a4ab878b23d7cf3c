/*
 * From the path of a URL to an open file beneath the root.
 *
 * The law: a file that is opened is in the root's tree, whatever the path says, and even
 * if directories are moved meanwhile. So a path is walked from the root's descriptor one
 * segment at a time, through real directories only, and `..` is refused. If a walk meets
 * a symbolic link, it asks the system for the place that the links lead to. If that is
 * beneath the root, it walks there, again through no links. So a link that is changed in
 * between makes the walk fail, but not leave. Rejected: a check of realpath before an
 * open, which that race defeats, and openat2, which only Linux has.
 */
#define _XOPEN_SOURCE 700
#include "http_root.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SEGMENT_MAX = 255 };

int http_root_open(http_root *root, const char *path)
{
    char *real = realpath(path, NULL);
    if (real == NULL)
        return -1;
    int fd = open(real, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        free(real);
        return -1;
    }
    if (strcmp(real, "/") == 0)
        real[0] = '\0';
    *root = (http_root){.fd = fd, .path = real};
    return 0;
}

void http_root_close(http_root *root)
{
    close(root->fd);
    free(root->path);
}

static int hexadecimal(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return -1;
}

/* Replaces %41 by A and so on, in place. False: the result cannot be the name of a file. */
static bool decode(char *path)
{
    char *to = path;
    for (const char *from = path; *from != '\0'; from++) {
        char c = *from;
        if (c == '%') {
            int high = hexadecimal(from[1]);
            int low = high < 0 ? -1 : hexadecimal(from[2]);
            if (low < 0)
                return false;
            c = (char)(high * 16 + low);
            if (c == '\0')
                return false;
            from += 2;
        }
        *to++ = c;
    }
    *to = '\0';
    return true;
}

/* Opens one segment. It neither waits for a FIFO's writer nor follows a link. */
static int open_segment(int directory, const char *name, size_t size, bool last)
{
    char segment[SEGMENT_MAX + 1];
    if (size > SEGMENT_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(segment, name, size);
    segment[size] = '\0';
    if (strcmp(segment, "..") == 0) {
        errno = EACCES;
        return -1;
    }
    int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    return openat(directory, segment, last ? flags : flags | O_DIRECTORY);
}

/* Opens `path` beneath `directory`, through no link; -1 with errno. */
static int walk(int directory, const char *path)
{
    int fd = -1;
    do {
        path += strspn(path, "/");
        size_t size = strcspn(path, "/");
        const char *segment = size == 0 ? "." : path;
        int next = open_segment(fd < 0 ? directory : fd, segment, size == 0 ? 1 : size,
                                path[size] == '\0');
        if (fd >= 0)
            close(fd);
        if (next < 0)
            return -1;
        fd = next;
        path += size;
    } while (*path != '\0');
    return fd;
}

/* The same for a path with links in it. */
static int walk_links(const http_root *root, const char *path)
{
    size_t size = strlen(root->path);
    char *full = malloc(size + 1 + strlen(path) + 1);
    if (full == NULL)
        return -1;
    memcpy(full, root->path, size);
    full[size] = '/';
    strcpy(full + size + 1, path);
    char *real = realpath(full, NULL);
    free(full);
    if (real == NULL)
        return -1;

    int fd = -1;
    bool beneath = strncmp(real, root->path, size) == 0 && (real[size] == '/' || real[size] == 0);
    if (beneath) {
        fd = walk(root->fd, real + size);
    } else {
        errno = EACCES;
    }
    int error = errno;
    free(real);
    errno = error;
    return fd;
}

static int open_beneath(const http_root *root, const char *path)
{
    int fd = walk(root->fd, path);
    /* A link shows as one of these: where a directory was asked for ENOTDIR,
       else ELOOP, on some systems EMLINK. */
    if (fd < 0 && (errno == ELOOP || errno == ENOTDIR || errno == EMLINK))
        fd = walk_links(root, path);
    return fd;
}

static int status_of_errno(void)
{
    switch (errno) {
    case ENOENT:
    case ENOTDIR:
    case ELOOP:
    case EMLINK:
    case ENAMETOOLONG:
    case ENXIO:
        return 404;
    case EACCES:
    case EPERM:
        return 403;
    case EMFILE:
    case ENFILE:
    case ENOMEM:
        return 503;
    default:
        return 500;
    }
}

static const char *type_of(const char *path)
{
    static const char *const types[][2] = {
        {".html", "text/html; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".json", "application/json"},
        {".txt", "text/plain; charset=utf-8"},
        {".md", "text/markdown; charset=utf-8"},
        {".c", "text/plain; charset=utf-8"},
        {".h", "text/plain; charset=utf-8"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".jpg", "image/jpeg"},
        {".gif", "image/gif"},
        {".ico", "image/x-icon"},
        {".pdf", "application/pdf"},
        {".wasm", "application/wasm"},
    };
    const char *extension = strrchr(path, '.');
    for (size_t i = 0; extension != NULL && i < sizeof types / sizeof *types; i++) {
        if (strcasecmp(extension, types[i][0]) == 0)
            return types[i][1];
    }
    return "application/octet-stream";
}

int http_root_find(const http_root *root, char *path, http_file *file)
{
    if (!decode(path))
        return 400;
    int fd = open_beneath(root, path);
    if (fd < 0)
        return status_of_errno();

    struct stat status;
    int failed = fstat(fd, &status);
    if (failed == 0 && S_ISDIR(status.st_mode)) {
        close(fd);
        strcat(path, "/index.html");
        fd = open_beneath(root, path);
        if (fd < 0)
            return status_of_errno();
        failed = fstat(fd, &status);
    }
    if (failed != 0 || !S_ISREG(status.st_mode)) {
        close(fd);
        return failed != 0 ? 500 : 404;
    }
    *file = (http_file){.fd = fd, .size = status.st_size, .type = type_of(path)};
    return 200;
}
