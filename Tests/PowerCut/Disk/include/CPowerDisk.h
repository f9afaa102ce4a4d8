#ifndef C_POWER_DISK_H
#define C_POWER_DISK_H

#include <stddef.h>
#include <stdint.h>

// Keeps a log of everything that this process does to the files below one folder: SQLite's writes and syncs as well as
// those of segments, since it stands below both, at the system calls. Syncs inside the folder are noted and not made.

enum {
    DISK_CREATE = 1,   // file, name
    DISK_WRITE,        // file, offset, bytes
    DISK_TRUNCATE,     // file, offset: its new size
    DISK_SYNC,         // file
    DISK_RENAME,       // name, other: the new name
    DISK_REMOVE,       // name, of a file or a folder
    DISK_FOLDER,       // name, of a folder that was made
    DISK_SYNC_FOLDER,  // name; empty for the root
    DISK_MARK,         // name: what the outside was told
    DISK_UNKNOWN,      // name, other: the call, which the model does not have
};

typedef struct {
    int kind;
    int file;
    int64_t offset;
    size_t length;
    const uint8_t *bytes;
    const char *name;
    const char *other;
} disk_act;

/// Forgets the last log and begins one. `root` is absolute, without a slash at its end.
void disk_begin(const char *root);
/// A file that is there already, by its name below the root.
int disk_known(const char *name);
void disk_end(void);

void disk_mark(const char *text);

size_t disk_count(void);
/// Valid until the next `disk_begin`.
disk_act disk_at(size_t index);

/// Ways to change the file of nine bytes at `path` (or to put another one beside it) with calls that are not noted: what
/// must be seen all the same. 0 when it was done.
int disk_bypass(int way, const char *path);
int disk_bypass_count(void);
const char *disk_bypass_name(int way);

#endif
