#define _GNU_SOURCE
#include "refused.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <unistd.h>

// Calls that neither the zones nor SQLite make. They are not in the model; whoever makes one below the folder that is
// being noted ends the run.

#define ON_DESCRIPTOR(type, name, parameters, arguments) \
    type name parameters { \
        REAL(#name, type(*) parameters); \
        disk_refuse_descriptor(#name, descriptor); \
        return real arguments; \
    }

#define ON_PATH(type, name, parameters, arguments) \
    type name parameters { \
        REAL(#name, type(*) parameters); \
        disk_refuse(#name, path); \
        return real arguments; \
    }

#define ON_PATH_AT(type, name, parameters, arguments) \
    type name parameters { \
        REAL(#name, type(*) parameters); \
        disk_refuse_at(#name, folder, path); \
        return real arguments; \
    }

typedef const struct iovec *pieces;

ON_DESCRIPTOR(ssize_t, writev, (int descriptor, pieces list, int count), (descriptor, list, count))
ON_DESCRIPTOR(
    ssize_t, pwritev, (int descriptor, pieces list, int count, off_t at), (descriptor, list, count, at))
ON_DESCRIPTOR(
    ssize_t, pwritev64, (int descriptor, pieces list, int count, off_t at), (descriptor, list, count, at))
ON_DESCRIPTOR(
    ssize_t, pwritev2, (int descriptor, pieces list, int count, off_t at, int flags),
    (descriptor, list, count, at, flags))
ON_DESCRIPTOR(
    ssize_t, pwritev64v2, (int descriptor, pieces list, int count, off_t at, int flags),
    (descriptor, list, count, at, flags))
ON_DESCRIPTOR(int, fallocate, (int descriptor, int mode, off_t at, off_t size), (descriptor, mode, at, size))
ON_DESCRIPTOR(int, fallocate64, (int descriptor, int mode, off_t at, off_t size), (descriptor, mode, at, size))
ON_DESCRIPTOR(int, posix_fallocate, (int descriptor, off_t at, off_t size), (descriptor, at, size))
ON_DESCRIPTOR(int, posix_fallocate64, (int descriptor, off_t at, off_t size), (descriptor, at, size))
ON_DESCRIPTOR(
    ssize_t, copy_file_range,
    (int source, off_t *from, int descriptor, off_t *to, size_t size, unsigned flags),
    (source, from, descriptor, to, size, flags))
ON_DESCRIPTOR(
    ssize_t, sendfile, (int descriptor, int source, off_t *from, size_t size), (descriptor, source, from, size))
ON_DESCRIPTOR(
    ssize_t, sendfile64, (int descriptor, int source, off_t *from, size_t size), (descriptor, source, from, size))

ON_PATH(int, truncate, (const char *path, off_t size), (path, size))
ON_PATH(int, truncate64, (const char *path, off_t size), (path, size))
ON_PATH(int, creat, (const char *path, mode_t mode), (path, mode))
ON_PATH(int, creat64, (const char *path, mode_t mode), (path, mode))
ON_PATH(int, link, (const char *from, const char *path), (from, path))
ON_PATH(int, symlink, (const char *from, const char *path), (from, path))

ON_PATH_AT(int, unlinkat, (int folder, const char *path, int flags), (folder, path, flags))
ON_PATH_AT(int, mkdirat, (int folder, const char *path, mode_t mode), (folder, path, mode))
ON_PATH_AT(int, symlinkat, (const char *from, int folder, const char *path), (from, folder, path))
ON_PATH_AT(
    int, linkat, (int source, const char *from, int folder, const char *path, int flags),
    (source, from, folder, path, flags))
// Their old name alone: what comes from elsewhere is found by the comparison.
ON_PATH_AT(
    int, renameat, (int folder, const char *path, int target, const char *to), (folder, path, target, to))
ON_PATH_AT(
    int, renameat2, (int folder, const char *path, int target, const char *to, unsigned flags),
    (folder, path, target, to, flags))

typedef int (*openat_call)(int, const char *, int, ...);

static int openat_through(openat_call real, const char *name, int folder, const char *path, int flags, mode_t mode) {
    if (flags & (O_CREAT | O_TRUNC | O_WRONLY | O_RDWR)) disk_refuse_at(name, folder, path);
    return real(folder, path, flags, mode);
}

#define OPENAT(name) \
    int name(int folder, const char *path, int flags, ...) { \
        REAL(#name, openat_call); \
        va_list arguments; \
        va_start(arguments, flags); \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? (mode_t)va_arg(arguments, int) : 0; \
        va_end(arguments); \
        return openat_through(real, #name, folder, path, flags, mode); \
    }

OPENAT(openat)
OPENAT(openat64)
