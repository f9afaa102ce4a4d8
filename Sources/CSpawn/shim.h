#pragma once

#include <fcntl.h>
#include <spawn.h>

// Glibc has all three (2.9, 2.34 and 2.26), and its module for Swift leaves them out.
extern int pipe2(int ends[2], int flags);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
static const short SLUICE_SPAWN_SETSID = 0x80;

static inline int sluice_pipe(int *ends) { return pipe2(ends, O_CLOEXEC); }

static inline int sluice_spawn_close_from(posix_spawn_file_actions_t *actions, int from) {
    return posix_spawn_file_actions_addclosefrom_np(actions, from);
}
