#define _GNU_SOURCE
#include "CPowerDisk.h"
#include "refused.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_DESCRIPTORS = 4096 };

typedef struct {
    char *name;
    int file;
} known_name;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_bool is_on;
static char root[PATH_MAX];
static size_t root_length;

static disk_act *acts;
static size_t act_count, act_space;

static known_name *names;
static size_t name_count, name_space;
static int next_file;

// 0: not ours; above: a file; below: a folder.
static int descriptors[MOST_DESCRIPTORS];
static char *folder_names[MOST_DESCRIPTORS];

static void *grown(void *list, size_t count, size_t *space, size_t size) {
    if (count < *space) return list;
    *space = *space ? *space * 2 : 1024;
    void *larger = realloc(list, *space * size);
    if (!larger) abort();
    return larger;
}

static disk_act *add(int kind) {
    acts = grown(acts, act_count, &act_space, sizeof(disk_act));
    disk_act *act = &acts[act_count++];
    memset(act, 0, sizeof(*act));
    act->kind = kind;
    return act;
}

static void add_named(int kind, const char *name) { add(kind)->name = strdup(name); }

static void add_unknown(const char *call, const char *name) {
    disk_act *act = add(DISK_UNKNOWN);
    act->name = strdup(name);
    act->other = strdup(call);
}

/// The name below the root; NULL for what stands elsewhere.
static const char *inside(const char *path) {
    if (!path || strncmp(path, root, root_length) != 0) return NULL;
    if (path[root_length] == 0) return "";
    return path[root_length] == '/' ? path + root_length + 1 : NULL;
}

static int find(const char *name) {
    for (size_t index = 0; index < name_count; index++) {
        if (strcmp(names[index].name, name) == 0) return (int)index;
    }
    return -1;
}

static int learn(const char *name) {
    names = grown(names, name_count, &name_space, sizeof(known_name));
    names[name_count].name = strdup(name);
    names[name_count].file = ++next_file;
    name_count += 1;
    return next_file;
}

static void forget(const char *name) {
    int index = find(name);
    if (index < 0) return;
    free(names[index].name);
    names[index] = names[--name_count];
}

void disk_begin(const char *path) {
    pthread_mutex_lock(&lock);
    for (size_t index = 0; index < act_count; index++) {
        free((void *)acts[index].bytes);
        free((void *)acts[index].name);
        free((void *)acts[index].other);
    }
    act_count = 0;
    while (name_count) free(names[--name_count].name);
    next_file = 0;
    memset(descriptors, 0, sizeof(descriptors));
    strncpy(root, path, sizeof(root) - 1);
    root_length = strlen(root);
    atomic_store(&is_on, true);
    pthread_mutex_unlock(&lock);
}

int disk_known(const char *name) {
    pthread_mutex_lock(&lock);
    int file = learn(name);
    pthread_mutex_unlock(&lock);
    return file;
}

void disk_end(void) { atomic_store(&is_on, false); }

void disk_mark(const char *text) {
    pthread_mutex_lock(&lock);
    if (is_on) add_named(DISK_MARK, text);
    pthread_mutex_unlock(&lock);
}

size_t disk_count(void) { return act_count; }
disk_act disk_at(size_t index) { return acts[index]; }

// MARK: - Opening and closing

static void opened(int descriptor, const char *name, int flags, bool was_there) {
    struct stat info;
    if (descriptor < 0 || descriptor >= MOST_DESCRIPTORS || fstat(descriptor, &info) != 0) return;
    if (S_ISDIR(info.st_mode)) {
        free(folder_names[descriptor]);
        folder_names[descriptor] = strdup(name);
        descriptors[descriptor] = -1;
        return;
    }
    int index = find(name);
    int file = index >= 0 ? names[index].file : learn(name);
    if (index < 0) {
        disk_act *act = add(DISK_CREATE);
        act->file = file;
        act->name = strdup(name);
    } else if (was_there && (flags & O_TRUNC)) {
        add(DISK_TRUNCATE)->file = file;
    }
    descriptors[descriptor] = file;
}

typedef int (*open_call)(const char *, int, ...);

static int open_through(open_call real, const char *path, int flags, mode_t mode) {
    const char *name = atomic_load(&is_on) ? inside(path) : NULL;
    if (!name) return real(path, flags, mode);
    pthread_mutex_lock(&lock);
    bool was_there = access(path, F_OK) == 0;
    int descriptor = real(path, flags, mode);
    int number = errno;
    opened(descriptor, name, flags, was_there);
    pthread_mutex_unlock(&lock);
    errno = number;
    return descriptor;
}

static mode_t mode_of(int flags, va_list arguments) {
    return flags & (O_CREAT | O_TMPFILE) ? (mode_t)va_arg(arguments, int) : 0;
}

int open(const char *path, int flags, ...) {
    REAL("open", open_call);
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return open_through(real, path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    REAL("open64", open_call);
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return open_through(real, path, flags, mode);
}

int close(int descriptor) {
    REAL("close", int (*)(int));
    if (descriptor >= 0 && descriptor < MOST_DESCRIPTORS && atomic_load(&is_on)) {
        pthread_mutex_lock(&lock);
        descriptors[descriptor] = 0;
        pthread_mutex_unlock(&lock);
    }
    return real(descriptor);
}

// MARK: - Contents

/// Above 0 for a file of ours, below for a folder. Called with the lock held.
static int ours(int descriptor) {
    return descriptor >= 0 && descriptor < MOST_DESCRIPTORS ? descriptors[descriptor] : 0;
}

static void wrote(int file, int64_t offset, const void *bytes, ssize_t length) {
    if (length <= 0) return;
    disk_act *act = add(DISK_WRITE);
    act->file = file;
    act->offset = offset;
    act->length = (size_t)length;
    uint8_t *copy = malloc((size_t)length);
    if (!copy) abort();
    memcpy(copy, bytes, (size_t)length);
    act->bytes = copy;
}

ssize_t write(int descriptor, const void *bytes, size_t length) {
    REAL("write", ssize_t (*)(int, const void *, size_t));
    if (!atomic_load(&is_on)) return real(descriptor, bytes, length);
    pthread_mutex_lock(&lock);
    int file = ours(descriptor);
    if (file <= 0) {
        // Not ours may block: a socket, a pipe.
        pthread_mutex_unlock(&lock);
        return real(descriptor, bytes, length);
    }
    ssize_t written = real(descriptor, bytes, length);
    if (written > 0) wrote(file, lseek(descriptor, 0, SEEK_CUR) - written, bytes, written);
    pthread_mutex_unlock(&lock);
    return written;
}

typedef ssize_t (*pwrite_call)(int, const void *, size_t, off_t);

static ssize_t pwrite_through(pwrite_call real, int descriptor, const void *bytes, size_t length, off_t offset) {
    if (!atomic_load(&is_on)) return real(descriptor, bytes, length, offset);
    pthread_mutex_lock(&lock);
    ssize_t written = real(descriptor, bytes, length, offset);
    int file = ours(descriptor);
    if (file > 0) wrote(file, offset, bytes, written);
    pthread_mutex_unlock(&lock);
    return written;
}

ssize_t pwrite(int descriptor, const void *bytes, size_t length, off_t offset) {
    REAL("pwrite", pwrite_call);
    return pwrite_through(real, descriptor, bytes, length, offset);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t length, off_t offset) {
    REAL("pwrite64", pwrite_call);
    return pwrite_through(real, descriptor, bytes, length, offset);
}

typedef int (*truncate_call)(int, off_t);

static int truncate_through(truncate_call real, int descriptor, off_t size) {
    if (!atomic_load(&is_on)) return real(descriptor, size);
    pthread_mutex_lock(&lock);
    int result = real(descriptor, size);
    int file = ours(descriptor);
    if (file > 0 && result == 0) {
        disk_act *act = add(DISK_TRUNCATE);
        act->file = file;
        act->offset = size;
    }
    pthread_mutex_unlock(&lock);
    return result;
}

int ftruncate(int descriptor, off_t size) {
    REAL("ftruncate", truncate_call);
    return truncate_through(real, descriptor, size);
}

int ftruncate64(int descriptor, off_t size) {
    REAL("ftruncate64", truncate_call);
    return truncate_through(real, descriptor, size);
}

typedef int (*sync_call)(int);

static int sync_through(sync_call real, int descriptor) {
    if (!atomic_load(&is_on)) return real(descriptor);
    pthread_mutex_lock(&lock);
    int file = ours(descriptor);
    if (file > 0) add(DISK_SYNC)->file = file;
    if (file < 0) add_named(DISK_SYNC_FOLDER, folder_names[descriptor]);
    pthread_mutex_unlock(&lock);
    return file == 0 ? real(descriptor) : 0;
}

int fsync(int descriptor) {
    REAL("fsync", sync_call);
    return sync_through(real, descriptor);
}

int fdatasync(int descriptor) {
    REAL("fdatasync", sync_call);
    return sync_through(real, descriptor);
}

// MARK: - Names

int rename(const char *from, const char *to) {
    REAL("rename", int (*)(const char *, const char *));
    const char *old = atomic_load(&is_on) ? inside(from) : NULL;
    if (!old) return real(from, to);
    pthread_mutex_lock(&lock);
    int result = real(from, to);
    const char *new = inside(to);
    int index = find(old);
    if (result == 0 && new && index >= 0) {
        disk_act *act = add(DISK_RENAME);
        act->name = strdup(old);
        act->other = strdup(new);
        forget(new);
        index = find(old);
        free(names[index].name);
        names[index].name = strdup(new);
    } else if (result == 0) {
        add_unknown("rename", from);
    }
    pthread_mutex_unlock(&lock);
    return result;
}

static int remove_through(int (*real)(const char *), const char *path) {
    const char *name = atomic_load(&is_on) ? inside(path) : NULL;
    if (!name) return real(path);
    pthread_mutex_lock(&lock);
    int result = real(path);
    int number = errno;
    if (result == 0) {
        forget(name);
        add_named(DISK_REMOVE, name);
    }
    pthread_mutex_unlock(&lock);
    errno = number;
    return result;
}

int unlink(const char *path) {
    REAL("unlink", int (*)(const char *));
    return remove_through(real, path);
}

int rmdir(const char *path) {
    REAL("rmdir", int (*)(const char *));
    return remove_through(real, path);
}

int mkdir(const char *path, mode_t mode) {
    REAL("mkdir", int (*)(const char *, mode_t));
    const char *name = atomic_load(&is_on) ? inside(path) : NULL;
    if (!name) return real(path, mode);
    pthread_mutex_lock(&lock);
    int result = real(path, mode);
    int number = errno;
    if (result == 0) add_named(DISK_FOLDER, name);
    pthread_mutex_unlock(&lock);
    errno = number;
    return result;
}

// MARK: - What the model does not have

void disk_refuse(const char *call, const char *path) {
    const char *name = atomic_load(&is_on) ? inside(path) : NULL;
    if (!name) return;
    pthread_mutex_lock(&lock);
    add_unknown(call, name);
    pthread_mutex_unlock(&lock);
}

void disk_refuse_descriptor(const char *call, int descriptor) {
    if (!atomic_load(&is_on)) return;
    pthread_mutex_lock(&lock);
    int file = ours(descriptor);
    if (file < 0) add_unknown(call, folder_names[descriptor]);
    if (file > 0) {
        const char *name = "a file that was removed";
        for (size_t index = 0; index < name_count; index++) {
            if (names[index].file == file) name = names[index].name;
        }
        add_unknown(call, name);
    }
    pthread_mutex_unlock(&lock);
}

void disk_refuse_at(const char *call, int folder, const char *path) {
    if (path && path[0] == '/') {
        disk_refuse(call, path);
    } else {
        disk_refuse_descriptor(call, folder);
    }
}
