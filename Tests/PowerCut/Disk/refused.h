#ifndef REFUSED_H
#define REFUSED_H

#include <dlfcn.h>

// The functions that are made with this have the names of libc's and stand in front of them: an executable's own
// definition is found first, also by the shared libraries that it loads.
#define REAL(name, type) \
    static __typeof__(type) real; \
    if (!real) real = (__typeof__(type))dlsym(RTLD_NEXT, name)

/// Notes that a call was made which the model does not have, where it is about a file or a folder of ours.
void disk_refuse(const char *call, const char *path);
void disk_refuse_descriptor(const char *call, int descriptor);
/// `path` may be relative to the folder.
void disk_refuse_at(const char *call, int folder, const char *path);

#endif
